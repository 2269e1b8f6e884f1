// Stories: rings above a network's posts, and the upright picture that fills the screen.

import { calm, el, iconButton } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";
import { ago } from "./times.js";
import { dialog } from "./viewer.js";

/** One ring per story, the oldest first. */
export function rings(stories, seen) {
  const inOrder = [...stories].reverse();
  return el(
    "ul",
    { class: "rings", "aria-label": t("wall.stories") },
    inOrder.map((story, at) => el("li", {}, ring(story, seen, () => show(inOrder, at, seen)))),
  );
}

function ring(story, seen, open) {
  const name = t("wall.story", { author: story.author, when: ago(story.at) });
  const node = el("button", { type: "button", class: "ring", "aria-label": name, "data-post": story.id }, el("span", { class: "ring-shot" }, shot(story)), el("span", { class: "simulated" }, t("wall.simulated")));
  node.classList.toggle("seen", seen.has(story.id));
  node.addEventListener("click", () => {
    node.classList.add("seen");
    open();
  });
  return node;
}

function shot(story) {
  const [picture] = story.pictures;
  return picture ? el("img", { src: picture.url, alt: picture.alt || "" }) : el("span", { class: "ring-words" }, story.text);
}

function show(stories, from, seen) {
  let now = from;
  const bars = el("div", { class: "story-bars", "aria-hidden": "true" }, stories.map(() => el("i", {}, el("b"))));
  const head = el("p", { class: "story-head" });
  const place = el("div", { class: "story-shot" });
  const words = el("p", { class: "story-words" });
  const turn = (step) => {
    now += step;
    if (now < 0) now = 0;
    if (now >= stories.length) box.close();
    else draw();
  };
  const before = iconButton(icon("left", 28), t("wall.previous"), { class: "icon story-before", onclick: () => turn(-1) });
  const after = iconButton(icon("right", 28), t("wall.next"), { class: "icon story-after", onclick: () => turn(1) });
  const stage = el("div", { class: "story-stage" }, place, bars, head, words, before, after);
  const box = dialog("story", t("wall.stories"), [stage]);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowRight") turn(1);
    if (event.key === "ArrowLeft") turn(-1);
  });
  bars.addEventListener("animationend", () => turn(1));

  function draw() {
    const story = stories[now];
    seen.add(story.id);
    place.replaceChildren(shot(story));
    words.textContent = story.pictures.length ? story.text : "";
    words.hidden = !words.textContent;
    head.replaceChildren(el("strong", {}, story.author), el("span", {}, ago(story.at)), el("span", { class: "simulated" }, t("wall.simulated")));
    [...bars.children].forEach((bar, at) => (bar.className = at < now ? "done" : at === now && !calm() ? "now" : at === now ? "done" : ""));
    before.disabled = now === 0;
  }

  draw();
}
