// Pictures large, one after the other.

import { el, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

/** `pictures`: [{url, alt}…], shown from index `at`. Arrows turn the pages, Escape closes. */
export function view(pictures, at = 0) {
  let now = at;
  const shot = el("img", { class: "viewer-shot", alt: "" });
  const words = el("p", { class: "viewer-words" });
  const count = el("p", { class: "viewer-count", "aria-live": "polite" });
  const turn = (step) => {
    now = (now + step + pictures.length) % pictures.length;
    draw();
  };
  const before = iconButton(icon("left", 28), t("wall.previous"), { class: "icon viewer-before", onclick: () => turn(-1) });
  const after = iconButton(icon("right", 28), t("wall.next"), { class: "icon viewer-after", onclick: () => turn(1) });
  const box = dialog("viewer", t("chat.photo"), [shot, words, count, before, after]);

  function draw() {
    const { url, alt } = pictures[now];
    shot.src = url;
    shot.alt = alt ?? "";
    words.textContent = alt ?? "";
    words.hidden = !alt;
    count.textContent = pictures.length > 1 ? t("wall.picture", { n: now + 1, of: pictures.length }) : "";
    before.hidden = after.hidden = pictures.length === 1;
  }

  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  draw();
}

/** A dialog over everything that goes when it is closed; a tap beside what it shows closes it too. */
export function dialog(className, name, inside) {
  const shut = iconButton(icon("close", 24), t("close"), { class: "icon dialog-close" });
  const box = el("dialog", { class: className, "aria-label": name }, inside, shut);
  shut.addEventListener("click", () => box.close());
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  shut.focus();
  return box;
}
