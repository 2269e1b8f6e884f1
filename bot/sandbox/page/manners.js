// How each kind of network shows a post. The kind comes with the network; a network of an unknown kind shows plainly.

import { el } from "./dom.js";
import { icon } from "./icons.js";
import { link } from "./markup.js";
import { carousel, grid } from "./pictures.js";
import { t } from "./texts.js";
import { ago, whole } from "./times.js";

const TOUCHABLE = /(https?:\/\/\S+[^\s.,;:!?)\]»"])|(^|\s)([#@][\p{L}\p{N}_]+)/gu;
const CUT = { photos: 125, page: 480, thread: Infinity, plain: 900 };
/** So few letters more are not worth hiding. */
const SPARED = 15;
const MOST_GRID = { page: 5, thread: 4, plain: 4 };

/** "photos" | "page" | "thread" | "plain": what the network says of itself. */
export function manner(network) {
  return network.layout in CUT ? network.layout : "plain";
}

/**
 * The posts of a network as cards, newest first: [{key, posts}]. Answers to an own post stand with it, in order.
 */
export function cards(posts) {
  const there = new Map(posts.map((post) => [post.id, post]));
  const root = (post) => {
    const passed = new Set();
    while (there.has(post.reply_to) && !passed.has(post.id)) {
      passed.add(post.id);
      post = there.get(post.reply_to);
    }
    return post.id;
  };
  const found = new Map();
  for (const post of posts) {
    const key = root(post);
    found.set(key, [post, ...(found.get(key) ?? [])]);
  }
  return [...found].map(([key, chain]) => ({ key, posts: ordered(chain, key) }));
}

/** Each answer after what it answers, whatever the order of arrival. */
function ordered(chain, first) {
  const placed = [first];
  for (let at = 0; at < placed.length; at++) {
    placed.push(...chain.filter((post) => post.reply_to === placed[at] && !placed.includes(post.id)).map(({ id }) => id));
  }
  const rank = (post) => (placed.indexOf(post.id) + chain.length + 1) % (chain.length + 1);
  return [...chain].sort((one, other) => rank(one) - rank(other));
}

/** One card. `memory`: what the person has opened, so that it stays open when the card is drawn again. */
export function card(kind, { key, posts }, memory) {
  const below = posts.slice(1).filter(({ format }) => format === "comment");
  const parts = posts.filter((post) => !below.includes(post));
  const body = parts.length > 1 ? thread(kind, parts, memory) : DRAW[kind](parts[0], memory);
  return el("article", { class: `card card-${kind}`, "data-card": key, "data-layout": kind }, body, comments(below));
}

/** What is said below a post. */
function comments(posts) {
  if (!posts.length) return null;
  const line = (post) => el("li", { "data-post": post.id }, el("strong", {}, handle(post)), " ", touchable(post.text, true), " ", stamp(post));
  return el("ul", { class: "comments", "aria-label": t("wall.comments") }, posts.map(line));
}

const DRAW = {
  photos: (post, memory) => [
    top(post),
    post.pictures.length ? carousel(post.pictures, memory.page(post.id), (at) => memory.turn(post.id, at)) : el("p", { class: "poster" }, post.text),
    deeds("heart", "talk", "send"),
    post.pictures.length && post.text ? said(post, memory, { before: [el("strong", {}, handle(post)), " "], dead: true, cut: CUT.photos, more: t("wall.more") }) : null,
    when(post),
  ],
  page: (post, memory) => [
    top(post, icon("globe", 13)),
    said(post, memory, { cut: CUT.page, more: t("wall.more.page") }),
    post.pictures.length ? grid(post.pictures, MOST_GRID.page) : linkBox(post),
    deeds("thumb", "talk", "share"),
  ],
  thread: (post, memory) => [single(post, memory, null)],
  plain: (post, memory) => [
    top(post),
    said(post, memory, { cut: CUT.plain, more: t("wall.more.page") }),
    post.pictures.length ? grid(post.pictures, MOST_GRID.plain) : linkBox(post),
  ],
};

function thread(kind, posts, memory) {
  const count = el("p", { class: "thread-count" }, icon("talk", 15), t("wall.thread", { n: posts.length }));
  const parts = posts.map((post, at) => el("li", {}, single(post, memory, t("wall.part", { n: at + 1, of: posts.length }))));
  return [count, el("ol", { class: "chain" }, parts)];
}

function single(post, memory, part) {
  const body = [
    el("p", { class: "by" }, el("strong", {}, name(post)), el("span", {}, handle(post))),
    el("p", { class: "by-when" }, stamp(post), part ? [dot(), el("span", { class: "part" }, part)] : null),
    said(post, memory, { cut: CUT.thread, more: "" }),
    post.pictures.length ? grid(post.pictures, MOST_GRID.thread) : linkBox(post),
    deeds("talk", "again", "heart", "share"),
  ];
  return el("div", { class: "single", "data-post": post.id }, el("div", { class: "rail" }, face(post)), el("div", { class: "single-body" }, body, mark(post)));
}

function top(post, sign = null) {
  return el(
    "header",
    { class: "top", "data-post": post.id },
    face(post),
    el("div", {}, el("strong", {}, handle(post)), el("p", {}, stamp(post), sign ? [dot(), sign] : null)),
    mark(post),
  );
}

const handle = (post) => post.author || "@";
const name = (post) => handle(post).replace(/^@/, "").replace(/^./u, (first) => first.toUpperCase());
const face = (post) => el("span", { class: "face", "aria-hidden": "true" }, name(post).slice(0, 1));
const dot = () => el("span", { class: "dot", "aria-hidden": "true" }, "·");
const when = (post) => el("p", { class: "when" }, stamp(post));
const stamp = (post) => el("time", { datetime: post.at, title: whole(post.at), "data-ago": post.at }, ago(post.at));
const mark = (post) => el("span", { class: "simulated", title: t("wall.simulated.why", { link: post.permalink ?? "" }) }, t("wall.simulated"));

/** What people do under a post; signs only, nobody is there to do it. */
function deeds(...signs) {
  return el("div", { class: "deeds", "aria-hidden": "true" }, signs.map((sign) => icon(sign, 20)));
}

/** The words of a post, cut where the network cuts them. `dead`: links are mere words there. */
function said(post, memory, { before = [], cut, more, dead = false }) {
  if (!post.text) return null;
  const node = el("p", { class: "said" });
  const complete = memory.opened(post.id) || [...post.text].length <= cut + SPARED;
  const text = complete ? post.text : `${[...post.text].slice(0, cut).join("").trimEnd()}… `;
  node.append(...before, ...touchable(text, dead));
  if (!complete) {
    const open = () => {
      memory.open(post.id);
      node.replaceChildren(...before, ...touchable(post.text, dead));
      node.tabIndex = -1;
      node.focus({ preventScroll: true });
    };
    node.append(el("button", { type: "button", class: "said-more", onclick: open }, more));
  }
  return node;
}

function touchable(text, dead) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(TOUCHABLE)) {
    const [, address, space, tag] = match;
    const begins = match.index + (space?.length ?? 0);
    found.push(text.slice(from, begins));
    if (tag) found.push(el("span", { class: "tag" }, tag));
    else found.push(dead ? address : link(address, [address.replace(/^https?:\/\/(www\.)?/, "")]));
    from = begins + (tag ?? address).length;
  }
  return [...found, text.slice(from)].filter((piece) => piece !== "");
}

/** The box a network draws for a link. Its picture is a stand-in: nothing is fetched. */
function linkBox(post) {
  let address;
  try {
    address = new URL(post.link);
  } catch {
    return null;
  }
  if (!/^https?:$/.test(address.protocol)) return null;
  const path = decodeURI(address.pathname).replace(/^\/|\/$/g, "").replaceAll(/[-_/]+/g, " ");
  return el(
    "a",
    { class: "link-box", href: address.href, target: "_blank", rel: "noopener noreferrer nofollow", "aria-label": `${t("wall.preview")}: ${post.link}` },
    el("span", { class: "link-picture", "aria-hidden": "true" }, icon("link", 30)),
    el("span", { class: "link-words" }, el("span", {}, address.host.replace(/^www\./, "")), el("strong", {}, path || address.host)),
  );
}

/** What will appear here, before anything has. */
export function blank(kind) {
  const shapes = { photos: ["head", "square", "line"], page: ["head", "line", "line", "wide"], thread: ["head", "line", "head", "line"], plain: ["head", "line", "line"] };
  return el(
    "div",
    { class: `blank blank-${kind}` },
    el("div", { class: "blank-shape", "aria-hidden": "true" }, shapes[kind].map((shape) => el("i", { class: shape }))),
    el("p", {}, t(`wall.empty.${kind}`)),
  );
}
