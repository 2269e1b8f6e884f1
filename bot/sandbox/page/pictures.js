// How the wall shows pictures: a carousel that is swiped, or a grid.

import { el, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { open as openSheet } from "./popover.js";
import { t } from "./texts.js";
import { view } from "./viewer.js";

const TALLEST = 4 / 5;
const WIDEST = 1.91;
const MOST_TILES = 5;

const ratio = ({ width, height }) => width / height || 1;

function frame(picture, at, all) {
  const alt = picture.alt || t("wall.picture", { n: at + 1, of: all.length });
  const shot = el("img", { src: picture.url, alt, loading: "lazy", decoding: "async", draggable: "false" });
  const large = el("button", { type: "button", class: "shot", onclick: () => view(all, at) }, shot);
  return el("div", { class: "frame" }, large, badge(picture));
}

/** "ALT", where a picture has words; they show at a tap. */
function badge(picture) {
  if (!picture.alt) return null;
  const node = el("button", { type: "button", class: "alt-badge", "aria-haspopup": "dialog", "aria-label": t("wall.alt") }, "ALT");
  node.addEventListener("click", () =>
    openSheet(node, {
      name: t("wall.alt"),
      className: "note",
      fill: (close) => [el("strong", {}, t("wall.alt")), el("p", {}, picture.alt), el("button", { type: "button", class: "plain", onclick: close }, t("close"))],
    }),
  );
  return node;
}

/** Every picture in the shape of the first, one beside the other. `from`: which one shows; `moved(at)` when it changes. */
export function carousel(pictures, from, moved) {
  const shape = Math.min(WIDEST, Math.max(TALLEST, ratio(pictures[0])));
  const slides = pictures.map((picture, at) => el("li", { class: "slide" }, frame(picture, at, pictures)));
  const strip = el("ul", { class: "strip" }, slides);
  strip.style.aspectRatio = String(shape);
  const node = el("div", { class: "carousel" }, strip);
  if (pictures.length > 1) node.append(...pages(strip, pictures.length, from, moved));
  return node;
}

function pages(strip, count, from, moved) {
  const dots = el("span", { class: "dots", "aria-hidden": "true" }, Array.from({ length: count }, () => el("i")));
  const number = el("span", { class: "page-number", "aria-hidden": "true" });
  const go = (step) => strip.scrollBy({ left: step * strip.clientWidth });
  const before = iconButton(icon("left", 18), t("wall.previous"), { class: "icon page-before", onclick: () => go(-1) });
  const after = iconButton(icon("right", 18), t("wall.next"), { class: "icon page-after", onclick: () => go(1) });
  const draw = (at) => {
    [...dots.children].forEach((dot, index) => dot.classList.toggle("on", index === at));
    number.textContent = `${at + 1}/${count}`;
    before.disabled = at === 0;
    after.disabled = at === count - 1;
  };
  strip.addEventListener("scroll", () => {
    const at = Math.round(strip.scrollLeft / strip.clientWidth);
    moved(at);
    draw(at);
  }, { passive: true });
  draw(from);
  if (from) requestAnimationFrame(() => strip.scrollTo({ left: from * strip.clientWidth, behavior: "instant" }));
  return [before, after, number, dots];
}

/** 1 to `most` tiles; what does not fit is counted on the last. */
export function grid(pictures, most = MOST_TILES) {
  const shown = pictures.slice(0, most);
  const left = pictures.length - shown.length;
  const tiles = shown.map((picture, at) => frame(picture, at, pictures));
  if (left) tiles.at(-1).querySelector(".shot").append(el("span", { class: "rest", "aria-label": t("wall.all", { n: pictures.length }) }, t("wall.rest", { n: left })));
  const node = el("div", { class: "grid", "data-count": shown.length }, tiles);
  if (shown.length === 1) node.style.aspectRatio = String(Math.min(WIDEST, Math.max(TALLEST, ratio(shown[0]))));
  return node;
}
