// The menu of commands: opened by "/" or its button, filtered by what is typed, moved through with the arrows.

import { el } from "./dom.js";
import { t } from "./texts.js";

/** `field`: the text field that keeps the focus; `choose(command, whole)`: whole = send it, else only complete it. */
export function commandMenu(field, choose) {
  const node = el("ul", { class: "commands", id: "commands", role: "listbox", "aria-label": t("write.commands"), hidden: true });
  let all = [];
  let shown = [];
  let at = 0;

  function open(typed = "") {
    const wanted = typed.toLowerCase();
    shown = all.filter(({ command }) => command.startsWith(wanted));
    at = 0;
    draw();
  }

  function close() {
    shown = [];
    draw();
  }

  function draw() {
    node.hidden = !shown.length;
    node.replaceChildren(...shown.map(option));
    field.setAttribute("aria-expanded", String(Boolean(shown.length)));
    mark();
  }

  function option({ command, description }, index) {
    const node = el(
      "li",
      { role: "option", id: `command-${index}`, class: "command-option" },
      el("span", { class: "command-name" }, `/${command}`),
      el("span", { class: "command-what" }, description),
    );
    node.addEventListener("pointerdown", (event) => event.preventDefault());
    node.addEventListener("click", () => choose(command, true));
    return node;
  }

  function mark() {
    [...node.children].forEach((each, index) => each.setAttribute("aria-selected", String(index === at)));
    if (shown.length) field.setAttribute("aria-activedescendant", `command-${at}`);
    else field.removeAttribute("aria-activedescendant");
    node.children[at]?.scrollIntoView({ block: "nearest" });
  }

  /** True when the key was for the menu. */
  function key(event) {
    if (!shown.length) return false;
    if (event.key === "Escape") close();
    else if (event.key === "ArrowDown") at = (at + 1) % shown.length;
    else if (event.key === "ArrowUp") at = (at - 1 + shown.length) % shown.length;
    else if (event.key === "Enter" && !event.shiftKey) choose(shown[at].command, true);
    else if (event.key === "Tab" && !event.shiftKey) choose(shown[at].command, false);
    else return false;
    event.preventDefault();
    mark();
    return true;
  }

  return { node, open, close, key, isOpen: () => shown.length > 0, know: (commands) => (all = commands) };
}
