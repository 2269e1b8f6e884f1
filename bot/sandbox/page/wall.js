// The wall: one tray per network, each showing its posts in its own manner.

import { changed, el, find, flash, keyed, move } from "./dom.js";
import { chips, faultButton } from "./faults.js";
import { blank, card, cards, manner } from "./manners.js";
import { rings } from "./stories.js";
import { plural, t } from "./texts.js";
import { ago } from "./times.js";

const FRESHEN = 20_000;
const ROW = 8;
const NARROWEST = 290;

/** `news(network, posts)` hears of posts that were not there before. */
export function wall(root, { news }) {
  const place = find(".networks", root);
  const jumps = find(".jumps", root);
  const views = new Map();
  const links = new Map();
  const none = el("p", { class: "wall-none" }, t("wall.none"));
  const pack = packing(place);
  let known = null;

  function update(networks) {
    none.remove();
    keyed(place, views, networks, ({ key }) => key, (network) => {
      const view = tray(network);
      pack.watch(view.node);
      return view;
    });
    pack();
    keyed(jumps, links, networks, ({ key }) => key, jumpTo);
    if (!networks.length) place.append(none);
    tell(networks);
  }

  function tell(networks) {
    const all = networks.flatMap(({ key, posts }) => posts.map(({ id }) => `${key} ${id}`));
    if (known) {
      for (const network of networks) {
        const fresh = network.posts.filter(({ id }) => !known.has(`${network.key} ${id}`));
        if (fresh.length) news(network, fresh);
      }
    }
    known = new Set(all);
  }

  function jumpTo(network) {
    const count = el("span", { class: "jump-count" });
    const node = el("button", { type: "button" }, network.title, count);
    node.addEventListener("click", () => {
      const tray = views.get(network.key).node;
      tray.scrollIntoView({ block: "start", behavior: "smooth" });
      find("h3", tray).focus({ preventScroll: true });
    });
    const update = (next) => (count.textContent = String(published(next) || ""));
    update(network);
    return { node, update };
  }

  /** Show the post that stands at this address. False when no network has it. */
  function show(address) {
    const post = [...views.values()].flatMap((view) => view.posts()).find(({ permalink }) => permalink === address);
    const node = post && find(`[data-post="${CSS.escape(post.id)}"]`, views.get(post.network).node);
    if (!node) return false;
    const whole = node.closest(".card") ?? node;
    whole.scrollIntoView({ block: "center" });
    flash(whole);
    return true;
  }

  setInterval(() => {
    for (const time of root.querySelectorAll("[data-ago]")) time.textContent = ago(time.dataset.ago);
  }, FRESHEN);
  return { update, show };
}

/** Trays of unequal height without holes: each keeps its column, and stands right below the one above it. */
function packing(place) {
  const pack = () => {
    const style = getComputedStyle(place);
    const [gap, left, right] = [style.columnGap, style.paddingLeft, style.paddingRight].map(parseFloat);
    const width = place.clientWidth - left - right;
    if (width <= 0) return;
    const columns = Math.max(1, Math.floor((width + gap) / (NARROWEST + gap)));
    place.style.gridTemplateColumns = `repeat(${columns}, minmax(0, 1fr))`;
    place.classList.toggle("packed", columns > 1);
    [...place.children].forEach((node, at) => {
      node.style.gridColumn = columns > 1 ? String((at % columns) + 1) : "";
      node.style.gridRowEnd = columns > 1 ? `span ${Math.ceil((node.offsetHeight + gap) / ROW)}` : "";
    });
  };
  const sizes = new ResizeObserver(pack);
  sizes.observe(place);
  pack.watch = (node) => sizes.observe(node);
  return pack;
}

/** A thread is one publication. */
const published = ({ posts }) => cards(posts).length;

function tray(network) {
  const memory = remembered();
  const seen = new Set();
  const count = el("span", { class: "tray-count" });
  const planned = chips();
  const stories = el("div", { class: "tray-stories" });
  const body = el("div", { class: "tray-posts" });
  const views = new Map();
  const node = el(
    "section",
    { class: "tray-network", "data-network": network.key, "aria-label": network.title },
    el("header", { class: "tray-head" }, el("span", { class: "tray-icon", "aria-hidden": "true" }, network.icon || "•"), el("div", {}, el("h3", { tabindex: -1 }, network.title), count), faultButton(network)),
    planned.node,
    stories,
    body,
  );
  const drawStories = changed((all) => stories.replaceChildren(...(all.length ? [rings(all, seen)] : [])));
  let now = network;
  let drawn = false;

  function update(next) {
    now = next;
    const kind = manner(next);
    const posts = next.posts.filter(({ format }) => format !== "story");
    node.dataset.layout = kind;
    count.textContent = next.posts.length ? plural("wall.posts", published(next)) : t("wall.posts.none");
    planned.update(next);
    drawStories(next.posts.filter(({ format }) => format === "story"));
    const shown = cards(posts).map((each) => ({ ...each, kind }));
    const rows = next.posts.length ? shown : [{ key: `blank ${kind}`, kind, blank: true }];
    keyed(body, views, rows, (row) => row.key, (row) => (row.blank ? { node: blank(row.kind), update() {} } : cardView(row, memory, drawn)));
    drawn = true;
  }

  update(network);
  return { node, update, posts: () => now.posts.map((post) => ({ ...post, network: now.key })) };
}

/** A card keeps its place; what is in it is drawn anew when it has changed. */
function cardView(row, memory, arrives) {
  const node = el("div", { class: "card-place" });
  const draw = changed((next) => node.replaceChildren(card(next.kind, next, memory)));
  draw(row);
  if (arrives) {
    move(node, [{ opacity: 0, transform: "translateY(-12px)" }, { opacity: 1, transform: "none" }], 360);
    flash(node);
  }
  return { node, update: (next) => draw(next) && flash(node) };
}

/** What the person opened or turned to: it survives a redrawn card. */
function remembered() {
  const opened = new Set();
  const pages = new Map();
  return {
    opened: (id) => opened.has(id),
    open: (id) => opened.add(id),
    page: (id) => pages.get(id) ?? 0,
    turn: (id, at) => pages.set(id, at),
  };
}
