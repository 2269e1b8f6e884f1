// Small tools for making and keeping DOM nodes. Nothing here takes HTML.

const SVG = "http://www.w3.org/2000/svg";

/** `el("p", {class: "x", hidden: true, onclick: f, "aria-label": "…"}, "text", node, null)` */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

export const find = (selector, inside = document) => inside.querySelector(selector);

/** A button with a sign and a name for those who do not see it. */
export function iconButton(sign, label, attributes = {}) {
  return el("button", { type: "button", class: "icon", "aria-label": label, title: label, ...attributes }, sign);
}

/**
 * Keep `parent` showing `items`, one node each, in order. Nodes stay the same as long as their key does: focus, scroll
 * and pictures survive. `make(item)` gives {node, update(item)}; `views` is the map that remembers them.
 */
export function keyed(parent, views, items, key, make) {
  const wanted = new Set(items.map(key));
  for (const [known, view] of views) {
    if (wanted.has(known)) continue;
    view.node.remove();
    views.delete(known);
  }
  items.forEach((item, at) => {
    let view = views.get(key(item));
    if (view) view.update(item);
    else views.set(key(item), (view = make(item)));
    if (parent.children[at] !== view.node) parent.insertBefore(view.node, parent.children[at] ?? null);
  });
}

/** Runs `draw` only when `facts` are not what they were. */
export function changed(draw) {
  let before;
  return (facts, ...rest) => {
    const now = JSON.stringify(facts);
    if (now === before) return false;
    before = now;
    draw(facts, ...rest);
    return true;
  };
}

const still = matchMedia("(prefers-reduced-motion: reduce)");

export const calm = () => still.matches;

/** A short movement, for those who want movement. */
export function move(node, frames, milliseconds = 240) {
  if (!calm()) node.animate(frames, { duration: milliseconds, easing: "cubic-bezier(.2, .8, .2, 1)" });
}

export const flash = (node) => move(node, [{ "--flash": 1 }, { "--flash": 0 }], 1400);
