// What speaks up: toasts, the banner of a message nobody is looking at, and words for those who listen.

import { el, find, move } from "./dom.js";
import { excerpt } from "./markup.js";
import { t } from "./texts.js";

const TOAST = 2800;
const BANNER = 6000;

/** A short word that goes by itself. `phone`: it belongs to the chat, as the answer to a tap does. */
export function toast(text, { phone = false } = {}) {
  const inChat = phone && find("#chat").checkVisibility();
  const place = find(inChat ? ".phone-notices" : ".toasts");
  const node = el("p", { class: "toast", role: "status" }, text);
  place.append(node);
  while (place.querySelectorAll(".toast").length > 2) place.querySelector(".toast").remove();
  move(node, [{ opacity: 0, transform: "translateY(-8px)" }, { opacity: 1, transform: "none" }]);
  setTimeout(() => node.remove(), TOAST + text.length * 25);
}

/** `name` wrote `message`; `open()` leads there. On a narrow screen it hangs over whatever is shown. */
export function banner(name, message, open) {
  const text = excerpt(message.html) || t("chat.photo");
  const place = find("#chat").checkVisibility() ? find(".phone-notices") : document.body;
  for (const before of document.querySelectorAll(".banner")) before.remove();
  const node = el(
    "button",
    { type: "button", class: "banner", "aria-label": t("banner.open", { name, text }) },
    el("img", { src: "/assets/icon.svg", alt: "", width: 36, height: 36 }),
    el("span", { class: "banner-words" }, el("strong", {}, name), el("span", {}, text)),
  );
  node.addEventListener("click", () => {
    node.remove();
    open();
  });
  place.prepend(node);
  move(node, [{ opacity: 0, transform: "translateY(-16px)" }, { opacity: 1, transform: "none" }], 320);
  setTimeout(() => node.remove(), BANNER);
}

export function announce(text) {
  const place = find(".announcer");
  place.append(el("p", {}, text));
  while (place.children.length > 3) place.firstChild.remove();
}
