// The pictures that wait to be sent, in the order they will go.

import { el, iconButton, keyed } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const MOST = 10;
const THUMB = 144;

/** `changed()` hears of every change; `complain(text)` of what was not taken. */
export function tray({ changed, complain }) {
  const list = el("ol", { class: "thumbs", "aria-label": t("attach.list") });
  const ways = el("div", { class: "choice", role: "group", "aria-label": t("attach.as") });
  const node = el("div", { class: "tray", hidden: true }, list, ways);
  const views = new Map();
  let waiting = [];
  let serial = 0;
  let as = "photo";

  function add(files, way = as) {
    const pictures = [...files].filter(isPicture);
    for (const file of files) if (!isPicture(file)) complain(t("attach.not_picture", { name: file.name }));
    if (waiting.length + pictures.length > MOST) complain(t("attach.most"));
    const room = pictures.slice(0, MOST - waiting.length);
    waiting = [...waiting, ...room.map((file) => ({ file, key: `thumb ${serial++}` }))];
    if (room.length) as = way;
    draw();
  }

  function remove(at) {
    waiting = waiting.filter((_, index) => index !== at);
    draw();
    (list.children[Math.min(at, waiting.length - 1)]?.querySelector(".thumb-remove"))?.focus();
  }

  function shift(at, step) {
    const key = waiting[at].key;
    const moved = [...waiting];
    [moved[at], moved[at + step]] = [moved[at + step], moved[at]];
    waiting = moved;
    draw();
    const buttons = [...views.get(key).node.querySelectorAll(step < 0 ? ".thumb-earlier" : ".thumb-later")];
    (buttons.find((each) => !each.disabled) ?? views.get(key).node.querySelector("button:not([disabled])"))?.focus();
  }

  function draw() {
    const rows = waiting.map((each, at) => ({ ...each, at, count: waiting.length }));
    keyed(list, views, rows, (row) => row.key, (row) => thumb(row, remove, shift));
    node.hidden = !waiting.length;
    ways.replaceChildren(way("photo"), way("document"));
    changed();
  }

  function way(kind) {
    const choose = () => {
      as = kind;
      draw();
      ways.children[kind === "photo" ? 0 : 1].focus();
    };
    const on = String(as === kind);
    return el("button", { type: "button", "aria-pressed": on, onclick: choose }, t(`attach.as.${kind}`));
  }

  /** Those have gone; what was added meanwhile stays. */
  function sent(files) {
    waiting = waiting.filter(({ file }) => !files.includes(file));
    if (!waiting.length) as = "photo";
    draw();
  }

  return { node, add, sent, files: () => waiting.map(({ file }) => file), as: () => as };
}

const isPicture = (file) => file.type.startsWith("image/");

function thumb(row, remove, shift) {
  let now = row;
  const picture = el("canvas", { width: THUMB, height: THUMB, "aria-hidden": "true" });
  const number = el("span", { class: "thumb-number" });
  const gone = iconButton(icon("close", 14), "", { class: "icon thumb-remove", onclick: () => remove(now.at) });
  const earlier = iconButton(icon("left", 16), "", { class: "icon thumb-earlier", onclick: () => shift(now.at, -1) });
  const later = iconButton(icon("right", 16), "", { class: "icon thumb-later", onclick: () => shift(now.at, 1) });
  const node = el("li", { class: "thumb", title: row.file.name }, picture, number, gone, earlier, later);
  preview(row.file, picture);

  function update(next) {
    now = next;
    const n = next.at + 1;
    number.textContent = String(n);
    gone.setAttribute("aria-label", t("attach.remove", { n }));
    earlier.setAttribute("aria-label", t("attach.earlier", { n }));
    later.setAttribute("aria-label", t("attach.later", { n }));
    earlier.disabled = next.at === 0;
    later.disabled = next.at === next.count - 1;
    earlier.hidden = later.hidden = next.count === 1;
  }

  update(row);
  return { node, update };
}

/** Drawn here, because no address but the page's own may be shown as a picture. */
async function preview(file, canvas) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    canvas.classList.add("unknown");
    return;
  }
  const scale = Math.max(THUMB / bitmap.width, THUMB / bitmap.height);
  const [width, height] = [bitmap.width * scale, bitmap.height * scale];
  canvas.getContext("2d").drawImage(bitmap, (THUMB - width) / 2, (THUMB - height) / 2, width, height);
  bitmap.close();
}
