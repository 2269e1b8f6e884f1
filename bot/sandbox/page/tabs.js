// On a narrow screen the chat and the wall are two tabs; on a wide one both are there and the tabs are not.

import { el, find } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./texts.js";

const narrow = matchMedia("(max-width: 899px)");

export function tabs(root, { turned }) {
  const place = find(".tabs", root);
  const marks = {};
  for (const name of ["chat", "wall"]) {
    const mark = el("span", { class: "unread", "aria-hidden": "true", hidden: true });
    const button = el("button", { type: "button", "data-tab": name, onclick: () => turn(name) }, el("span", { class: "tab-sign" }, icon(name, 24), mark), el("span", {}, t(`tabs.${name}`)));
    marks[name] = { mark, button };
    place.append(button);
  }

  function turn(name, { focus = false } = {}) {
    document.body.dataset.tab = name;
    unread(name, 0);
    draw();
    turned(name);
    if (focus) find(`#${name}`, root).focus({ preventScroll: true });
  }

  function draw() {
    const now = document.body.dataset.tab;
    for (const [name, { button }] of Object.entries(marks)) button.setAttribute("aria-current", String(name === now));
  }

  /** `count` 0 takes the mark away; null shows a dot without a number. */
  function unread(name, count) {
    const { mark, button } = marks[name];
    mark.hidden = count === 0;
    mark.textContent = count ? String(count) : "";
    const title = t(`tabs.${name}`);
    if (count === 0) button.removeAttribute("aria-label");
    else button.setAttribute("aria-label", t("tabs.unread", { name: title }));
  }

  draw();
  return { turn, unread, shows: (name) => !narrow.matches || document.body.dataset.tab === name };
}
