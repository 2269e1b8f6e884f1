// Formatted text, rebuilt node by node: of the server's HTML only known elements and attributes get into the page.

import { el } from "./dom.js";
import { t } from "./texts.js";

const SIMPLE = new Set(["b", "strong", "i", "em", "u", "s", "del", "code", "pre", "blockquote"]);
const BLOCKS = new Set(["PRE", "BLOCKQUOTE"]);
const COMMAND = /(^|[\s(«":,])\/([a-z_]{2,32})\b/g;

/**
 * Nodes for `html`. `commands`: names that become buttons, as a phone does with /words; they bubble a "command" event.
 */
export function nodes(html, commands = new Set()) {
  const parsed = new DOMParser().parseFromString(`<body>${html}</body>`, "text/html").body;
  const kept = document.createDocumentFragment();
  kept.append(...copies(parsed, commands));
  trimBlocks(kept);
  return kept;
}

export function plain(html) {
  return new DOMParser().parseFromString(`<body>${html}</body>`, "text/html").body.textContent.trim();
}

/** The first line with words, short enough for a banner. */
export function excerpt(html, most = 90) {
  const line = plain(html).split("\n").find((each) => each.trim()) ?? "";
  return line.length > most ? `${line.slice(0, most - 1).trimEnd()}…` : line;
}

function copies(parent, commands) {
  return [...parent.childNodes].flatMap((node) => copy(node, commands));
}

function copy(node, commands) {
  if (node.nodeType === Node.TEXT_NODE) return withCommands(node.data, commands);
  if (node.nodeType !== Node.ELEMENT_NODE) return [];
  const name = node.localName;
  if (name === "br") return ["\n"];
  if (name === "a") return [anchor(node, commands)];
  if (name === "span" && node.classList.contains("spoiler")) return [spoiler(copies(node, commands))];
  if (SIMPLE.has(name)) return [el(name, {}, copies(node, name === "pre" || name === "code" ? new Set() : commands))];
  return copies(node, commands);
}

function anchor(node, commands) {
  const href = node.getAttribute("href") ?? "";
  const inside = copies(node, commands);
  return /^https?:\/\//i.test(href) ? link(href, inside) : el("span", {}, inside);
}

export function link(href, inside) {
  return el("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, inside);
}

function spoiler(inside) {
  const hidden = el("span", { class: "spoiler", role: "button", tabindex: 0, "aria-label": t("chat.spoiler") }, inside);
  const reveal = (event) => {
    if (event.type === "keydown" && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    hidden.classList.add("seen");
    for (const name of ["role", "tabindex", "aria-label"]) hidden.removeAttribute(name);
  };
  hidden.addEventListener("click", reveal, { once: true });
  hidden.addEventListener("keydown", reveal);
  return hidden;
}

function withCommands(text, commands) {
  const found = [];
  let from = 0;
  for (const match of text.matchAll(COMMAND)) {
    if (!commands.has(match[2])) continue;
    const begins = match.index + match[1].length;
    found.push(text.slice(from, begins), commandButton(`/${match[2]}`));
    from = begins + match[2].length + 1;
  }
  return [...found, text.slice(from)].filter((piece) => piece !== "");
}

function commandButton(text) {
  const said = () => button.dispatchEvent(new CustomEvent("command", { bubbles: true, detail: text }));
  const button = el("button", { type: "button", class: "command", onclick: said }, text);
  return button;
}

/** A block has its own line already: the line breaks beside it would show as empty lines. */
function trimBlocks(kept) {
  for (const block of kept.querySelectorAll([...BLOCKS].join(","))) {
    const after = block.nextSibling;
    if (after?.nodeType === Node.TEXT_NODE) after.data = after.data.replace(/^\n{1,2}/, "");
    const before = block.previousSibling;
    if (before?.nodeType === Node.TEXT_NODE) before.data = before.data.replace(/\n{1,2}$/, "");
  }
}
