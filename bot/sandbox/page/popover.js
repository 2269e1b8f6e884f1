// A small sheet that opens from a button: below it on a desk, from the bottom edge on a phone.

import { el } from "./dom.js";

const GAP = 8;
let opened = null;

/** Open from `anchor`; `fill(close)` gives the content. The first thing that can be used gets the focus. */
export function open(anchor, { name, role = "dialog", className = "", fill }) {
  close();
  const sheet = el("div", { class: `sheet ${className}`, role, "aria-label": name, popover: "auto" });
  sheet.append(...[fill(() => shut(sheet))].flat());
  document.body.append(sheet);
  anchor.setAttribute("aria-expanded", "true");
  opened = sheet;
  sheet.addEventListener("keydown", (event) => arrows(sheet, event));
  sheet.addEventListener("toggle", (event) => {
    if (event.newState !== "closed") return;
    const inside = sheet.contains(document.activeElement) || document.activeElement === document.body;
    anchor.setAttribute("aria-expanded", "false");
    sheet.remove();
    if (opened === sheet) opened = null;
    if (inside && anchor.isConnected) anchor.focus({ preventScroll: true });
  });
  sheet.showPopover();
  place(sheet, anchor);
  usable(sheet)[0]?.focus({ preventScroll: true });
}

export function close() {
  if (opened) shut(opened);
}

function shut(sheet) {
  if (sheet.matches(":popover-open")) sheet.hidePopover();
}

const usable = (sheet) => [...sheet.querySelectorAll("button:not([disabled]), a[href], input")];

function arrows(sheet, event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step || event.target.matches("input")) return;
  event.preventDefault();
  const all = usable(sheet).filter((each) => !each.matches("input"));
  const at = all.indexOf(document.activeElement);
  all[(at + step + all.length) % all.length]?.focus();
}

function place(sheet, anchor) {
  if (matchMedia("(max-width: 899px)").matches) return;
  const from = anchor.getBoundingClientRect();
  const size = sheet.getBoundingClientRect();
  const below = from.bottom + GAP + size.height <= innerHeight - GAP;
  const top = below ? from.bottom + GAP : Math.max(GAP, Math.min(from.top - GAP - size.height, innerHeight - size.height - GAP));
  const left = Math.min(Math.max(GAP, from.right - size.width), innerWidth - size.width - GAP);
  sheet.style.inset = `${top}px auto auto ${Math.max(GAP, left)}px`;
}
