// One bubble of the chat: a message, or the messages of one album.

import { changed, el, flash, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { nodes, plain } from "./markup.js";
import { mosaic } from "./mosaic.js";
import { plural, t } from "./texts.js";
import { clock, whole } from "./times.js";

const SPINS = 4000;

/**
 * `group`: {key, parts: [Message…], last: whether the tail shows}. `hands` is what the chat can do:
 * tap(message, button), open(pictures, at), jump(id), actions(message, anchor), commands().
 */
export function bubble(group, hands) {
  const quote = el("div", { class: "quote-place" });
  const media = el("div", { class: "media" });
  const words = el("div", { class: "words" });
  const meta = el("span", { class: "meta" });
  const keys = el("div", { class: "keys" });
  const more = iconButton(icon("more", 18), t("chat.actions"), { class: "icon actions", "aria-haspopup": "menu" });
  const box = el("article", { class: "bubble" }, quote, media, words);
  const node = el("li", { class: "row" }, el("div", { class: "stack" }, box, keys), more);
  let shown = group;
  more.addEventListener("click", () => hands.actions(headOf(shown), more));
  box.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, img")) return;
    event.preventDefault();
    hands.actions(headOf(shown), more);
  });

  const draw = {
    quote: changed((reply) => quote.replaceChildren(...(reply ? [quoted(reply, hands)] : []))),
    media: changed((parts) => drawMedia(media, parts, hands)),
    words: changed((html, message) => {
      words.replaceChildren(nodes(html, hands.commands()), meta);
      words.hidden = !html;
      if (!html) media.append(meta);
      node.setAttribute("aria-label", label(message));
    }),
    meta: changed((facts) => drawMeta(meta, facts)),
    keys: changed((rows) => keepingFocus(keys, () => drawKeys(keys, rows, () => headOf(shown), hands))),
  };

  function update(next) {
    const first = !node.dataset.id;
    shown = next;
    const head = headOf(next);
    node.dataset.id = String(next.parts[0].id);
    node.className = ["row", head.mine ? "mine" : "theirs", next.last ? "tail" : ""].join(" ").trim();
    box.classList.toggle("bare", !head.html);
    box.classList.toggle("pictured", next.parts.some((part) => part.photo));
    const moved = [
      draw.quote(head.reply_to),
      draw.media(next.parts.map(({ id, photo, width, height, document }) => ({ id, photo, width, height, document }))),
      draw.words(head.html, head),
      draw.keys(head.buttons ?? []),
    ];
    draw.meta({ at: head.at, edited: next.parts.some((part) => part.edited), mine: head.mine, silent: head.silent });
    if (!head.html && meta.parentNode !== media) media.append(meta);
    node.classList.remove("waits");
    if (!first && moved.slice(1).some(Boolean)) flash(box);
    return moved.some(Boolean) && !first;
  }

  update(group);
  return { node, update };
}

/** The part of an album that carries the words, or its first. */
export function headOf(group) {
  return group.parts.find((part) => part.html) ?? group.parts[0];
}

function label(message) {
  return `${message.mine ? t("chat.you") : "Pregonero"}, ${clock(message.at)}: ${plain(message.html) || t("chat.photo")}`;
}

function quoted(reply, hands) {
  return el("button", { type: "button", class: "quote", onclick: () => hands.jump(reply.id) }, reply.excerpt || t("chat.photo"));
}

function drawMedia(media, parts, hands) {
  const pictures = parts.filter((part) => part.photo);
  const files = parts.filter((part) => part.document && !part.photo);
  media.replaceChildren(...(pictures.length ? [album(pictures, hands)] : []), ...files.map(file));
  media.hidden = !pictures.length && !files.length;
}

function album(pictures, hands) {
  const plan = mosaic(pictures.map((part) => part.width / part.height));
  const shots = pictures.map(({ photo }) => ({ url: photo, alt: "" }));
  const tiles = pictures.map((part, at) => tile(part, at, pictures.length, () => hands.open(shots, at)));
  const lines = plan.rows.map((row, at) => line(row.map((index) => tiles[index]), row, plan, pictures, at));
  return el("div", { class: `mosaic ${plan.kind}`, "data-count": pictures.length }, lines);
}

function tile(part, at, count, open) {
  const name = count > 1 ? `${t("chat.photo.open")} (${at + 1}/${count})` : t("chat.photo.open");
  const shot = el("img", { src: part.photo, alt: "", decoding: "async", draggable: "false" });
  return el("button", { type: "button", class: "tile", "aria-label": name, onclick: open }, shot);
}

function line(tiles, row, plan, pictures, at) {
  const node = el("div", { class: "line" }, tiles);
  if (plan.kind !== "beside") node.style.aspectRatio = String(plan.ratios[at]);
  if (plan.kind === "rows") {
    tiles.forEach((each, index) => {
      const { width, height } = pictures[row[index]];
      each.style.flexGrow = String(Math.min(1.8, Math.max(0.7, width / height || 1)));
    });
  }
  return node;
}

function file({ document: { name, size } }) {
  const kind = /\.([a-z0-9]{1,5})$/i.exec(name)?.[1] ?? "";
  return el(
    "div",
    { class: "file" },
    el("span", { class: "file-kind", "aria-hidden": "true" }, kind ? kind.toUpperCase() : icon("file")),
    el("span", { class: "file-name" }, name),
    el("span", { class: "file-size" }, weight(size)),
  );
}

function weight(bytes) {
  const [size, unit] = bytes >= 1e6 ? [bytes / 1e6, "MB"] : [Math.max(1, Math.round(bytes / 1e3)), "kB"];
  return `${size.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} ${unit}`;
}

function drawMeta(meta, { at, edited, mine, silent }) {
  meta.replaceChildren(
    ...(edited ? [el("span", { class: "edited" }, t("chat.edited"))] : []),
    ...(silent && !mine ? [el("span", { class: "silent", title: t("chat.silent") }, icon("silent", 13))] : []),
    el("time", { datetime: at, title: whole(at) }, clock(at)),
    ...(mine ? [el("span", { class: "ticks", title: t("chat.sent") }, icon("checks", 16))] : []),
  );
}

function drawKeys(keys, rows, message, hands) {
  keys.hidden = !rows.length;
  keys.replaceChildren(
    ...rows.map((row) => el("div", { class: "keyrow" }, row.map((button) => key(button, message, hands)))),
  );
}

function key(button, message, hands) {
  if (button.url) {
    const open = { class: "key link", href: button.url, target: "_blank", rel: "noopener noreferrer" };
    return /^https?:\/\//i.test(button.url) ? el("a", open, button.text, icon("out", 14)) : el("span", { class: "key" }, button.text);
  }
  const node = el("button", { type: "button", class: "key", "data-data": button.data ?? "" }, el("span", {}, button.text));
  if (button.copy) {
    node.append(icon("copy", 14));
    node.addEventListener("click", () => hands.copy(button.copy));
    return node;
  }
  node.addEventListener("click", () => {
    if (node.getAttribute("aria-busy")) return;
    node.setAttribute("aria-busy", "true");
    setTimeout(() => node.removeAttribute("aria-busy"), SPINS);
    hands.tap(message(), button).catch(() => node.removeAttribute("aria-busy"));
  });
  return node;
}

/** Whoever had a finger or the keyboard on a button still has it on the one that took its place. */
function keepingFocus(keys, redraw) {
  const buttons = () => [...keys.querySelectorAll("button, a")];
  const at = buttons().indexOf(document.activeElement);
  const data = document.activeElement?.dataset?.data;
  redraw();
  if (at < 0) return;
  const now = buttons();
  const next = now.find((each) => each.dataset.data === data) ?? now[Math.min(at, now.length - 1)];
  if (next) next.focus({ preventScroll: true });
  else keys.closest(".scroll")?.focus({ preventScroll: true });
}

export function summary(group) {
  const head = headOf(group);
  const pictures = group.parts.filter((part) => part.photo).length;
  return plain(head.html) || (pictures ? plural("chat.photos", pictures) : head.document?.name ?? "");
}
