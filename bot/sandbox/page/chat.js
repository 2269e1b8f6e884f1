// The log of the chat: what the server says is there is what stands here, with every node kept that can be kept.

import { bubble, headOf, summary } from "./bubble.js";
import { el, find, flash, keyed, move } from "./dom.js";
import { icon } from "./icons.js";
import { plural, t } from "./texts.js";
import { day, dayName } from "./times.js";

const NEAR_END = 64;
const TOGETHER = 5 * 60e3;

/** `hands`: see bubble.js. `news(messages)` hears of the bot's new messages; `changed(message)` of its edits. */
export function chatLog(root, hands, { news, edited }) {
  const scroll = find(".scroll", root);
  const log = find(".log", root);
  const pill = find(".newest", root);
  const views = new Map();
  let known = null;
  let unread = 0;

  const fromEnd = () => scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight;
  let pinned = true;
  const toEnd = () => {
    scroll.scrollTop = scroll.scrollHeight;
    pinned = true;
    drawPill();
  };

  function drawPill() {
    if (pinned) unread = 0;
    pill.hidden = pinned;
    const label = unread ? plural("chat.new", unread) : "";
    pill.setAttribute("aria-label", [t("chat.newest"), label].filter(Boolean).join(", "));
    pill.replaceChildren(icon("down", 18), label);
  }

  scroll.addEventListener("scroll", () => {
    pinned = fromEnd() < NEAR_END;
    drawPill();
  }, { passive: true });
  pill.addEventListener("click", () => {
    toEnd();
    scroll.focus({ preventScroll: true });
  });
  const sizes = new ResizeObserver(() => pinned && toEnd());
  sizes.observe(scroll);
  sizes.observe(log);

  function update(messages) {
    const fresh = known ? messages.filter(({ id }) => id > Math.max(0, ...known)) : [];
    const kept = pinned ? null : anchor(scroll, log);
    keyed(log, views, rows(messages), (row) => row.key, (row) => (row.day ? separator(row) : bubbleRow(row)));
    known = new Set(messages.map(({ id }) => id));
    const heard = fresh.filter(({ mine }) => !mine);
    if (!pinned) unread += heard.length;
    if (pinned || fresh.some(({ mine }) => mine)) toEnd();
    else restore(scroll, kept);
    drawPill();
    if (heard.length) news(heard);
  }

  function bubbleRow(row) {
    const view = bubble(row, hands);
    let facts = JSON.stringify(row.parts);
    if (known) move(view.node, [{ opacity: 0, transform: "translateY(10px) scale(.98)" }, { opacity: 1, transform: "none" }]);
    return {
      node: view.node,
      update(next) {
        const now = JSON.stringify(next.parts);
        const moved = view.update(next);
        if (moved && now !== facts && !headOf(next).mine) edited(headOf(next), summary(next));
        facts = now;
      },
    };
  }

  function jump(id) {
    const row = log.querySelector(`[data-id="${Number(id)}"]`);
    row?.scrollIntoView({ block: "center" });
    if (row) flash(find(".bubble", row));
    return Boolean(row);
  }

  return { update, toEnd, jump, atEnd: () => pinned, stopSpinners: (id) => stopSpinners(log, id) };
}

function stopSpinners(log, id) {
  for (const key of log.querySelectorAll(`[data-id="${Number(id)}"] [aria-busy]`)) key.removeAttribute("aria-busy");
}

/** Messages as rows: a separator per day, albums together, tails where a side stops speaking. */
function rows(messages) {
  const found = [];
  for (const message of messages) {
    const last = found.at(-1);
    const today = day(message.at);
    const begun = message.album && found.find((row) => row.parts && row.album === message.album && row.mine === message.mine);
    if (begun) begun.parts.push(message);
    else {
      if (last?.on !== today) found.push({ key: `day ${today}`, day: message.at, on: today });
      const key = message.album ? `album ${message.album} ${message.mine}` : `message ${message.id}`;
      found.push({ key, parts: [message], album: message.album, mine: message.mine, on: today, last: true });
    }
  }
  found.forEach((row, at) => {
    const next = found[at + 1];
    if (row.parts) row.last = !next?.parts || next.mine !== row.mine || apart(row, next) > TOGETHER;
  });
  return found;
}

const apart = (row, next) => new Date(next.parts[0].at) - new Date(row.parts[0].at);

function separator(row) {
  const node = el("li", { class: "day" }, el("span", {}, dayName(row.day)));
  return { node, update: (next) => (node.firstChild.textContent = dayName(next.day)) };
}

/** The first row in sight and where it stands, so that what changes above does not move what is being read. */
function anchor(scroll, log) {
  const top = scroll.getBoundingClientRect().top;
  const node = [...log.children].find((row) => row.getBoundingClientRect().bottom > top + 1);
  return node ? { node, at: node.getBoundingClientRect().top } : null;
}

function restore(scroll, kept) {
  if (kept?.node.isConnected) scroll.scrollTop += kept.node.getBoundingClientRect().top - kept.at;
}
