// The page: puts its pieces together and passes on what the server says.

import { chatLog } from "./chat.js";
import { composer } from "./composer.js";
import { controls } from "./controls.js";
import { el, find } from "./dom.js";
import { icon } from "./icons.js";
import { excerpt, plain } from "./markup.js";
import { announce, banner, toast } from "./notices.js";
import { open as openSheet } from "./popover.js";
import { tabs } from "./tabs.js";
import { say, t } from "./texts.js";
import { clock } from "./times.js";
import { view } from "./viewer.js";
import { wall } from "./wall.js";
import { listen, server } from "./wire.js";

say(document);

const bot = { name: "Pregonero", state: "starting", line: true, writes: false };
const phone = find("#chat");
let commands = new Set();
let unread = 0;

const pages = tabs(document, {
  turned(name) {
    if (name === "chat") seen();
    document.body.scrollTo?.({ top: 0 });
  },
});
const panel = controls(document);
const writer = composer(phone, { complain: toast });
const log = chatLog(phone, {
  tap: (message, button) =>
    server.tap(message.id, button.data).catch((refusal) => {
      toast(refusal.message, { phone: true });
      throw refusal;
    }),
  open: view,
  jump: (id) => log.jump(id) || toast(t("chat.gone"), { phone: true }),
  actions: (message, anchor) => openSheet(anchor, { name: t("chat.actions"), role: "menu", className: "menu", fill: (close) => actions(message, close) }),
  copy,
  commands: () => commands,
}, { news: heard, edited: (message, text) => announce(t("chat.changed", { text: text.split("\n")[0] })) });
const networks = wall(find("#wall"), { news: posted });

function actions(message, close) {
  const item = (sign, key, act) => el("button", { type: "button", role: "menuitem", onclick: () => (close(), act()) }, icon(sign), t(key));
  return [
    item("reply", "chat.reply", () => writer.reply(message)),
    ...(message.mine && message.html ? [item("pencil", "chat.edit", () => writer.edit(message))] : []),
    ...(message.html ? [item("copy", "chat.copy", () => copy(plain(message.html)))] : []),
  ];
}

async function copy(text) {
  await navigator.clipboard.writeText(text);
  toast(t("chat.copied"), { phone: true });
}

// -- what the server says ------------------------------------------------------------------------------------------

const hear = {
  chat(now) {
    bot.name = now.bot.name;
    bot.writes = Boolean(now.action);
    drawState();
    find(".chat-name").textContent = bot.name;
    commands = new Set(now.commands.map(({ command }) => command));
    writer.know(now.commands);
    find(".welcome").hidden = now.messages.length > 0;
    log.update(now.messages);
  },
  wall: (now) => networks.update(now.networks),
  bot(now) {
    bot.state = now.state;
    panel.update(now);
    drawState();
  },
  toast({ text, message }) {
    log.stopSpinners(message);
    if (text) toast(text, { phone: true });
  },
};

function drawState() {
  const state = bot.line ? bot.state : "offline";
  const writes = bot.writes && state === "up";
  find(".chat-state").textContent = t(writes ? "chat.writes" : `chat.${state}`);
  document.body.dataset.bot = state;
}

function line(up) {
  bot.line = up;
  find(".offline").hidden = up;
  panel.line(up);
  drawState();
}

/** New messages of the bot: said aloud to whoever listens, and shown to whoever looks elsewhere. */
function heard(messages) {
  const last = messages.at(-1);
  announce(`${bot.name}: ${excerpt(last.html) || t("chat.photo")}`);
  if (pages.shows("chat") && log.atEnd() && !document.hidden) return;
  unread += messages.length;
  drawUnread();
  const loud = messages.filter(({ silent }) => !silent).at(-1);
  if (loud) banner(bot.name, loud, () => toChat(loud.id));
}

function toChat(id) {
  pages.turn("chat", { focus: true });
  if (id === undefined || !log.jump(id)) log.toEnd();
  seen();
}

function seen() {
  unread = 0;
  drawUnread();
}

function drawUnread() {
  document.title = unread ? t("page.unread", { n: unread }) : "Pregonero";
  pages.unread("chat", pages.shows("chat") ? 0 : unread);
}

function posted(network, posts) {
  announce(t("wall.new", { title: network.title, text: posts[0].text.slice(0, 80) }));
  if (!pages.shows("wall")) pages.unread("wall", null);
}

// -- what the person does ------------------------------------------------------------------------------------------

phone.addEventListener("command", (event) => writer.say(event.detail));
find(".scroll").addEventListener("scroll", () => log.atEnd() && pages.shows("chat") && unread && seen(), { passive: true });
document.addEventListener("visibilitychange", () => !document.hidden && log.atEnd() && seen());

/** Addresses of simulated posts lead to the wall: outside this page they lead nowhere. */
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[href]");
  if (!link || link.origin === location.origin) return;
  const wide = matchMedia("(min-width: 900px)").matches;
  const before = document.body.dataset.tab;
  if (!wide) pages.turn("wall");
  if (networks.show(link.getAttribute("href"))) return event.preventDefault();
  if (!wide) pages.turn(before);
  if (!link.hostname.endsWith(".example")) return;
  event.preventDefault();
  toast(t("wall.elsewhere"));
});

find(".avatar").append(el("img", { src: "/assets/icon.svg", alt: "", width: 40, height: 40 }));
find(".welcome").append(...welcome());

function welcome() {
  const start = (key, act) => el("button", { type: "button", class: "suggestion", onclick: act }, t(key));
  return [
    el("img", { src: "/assets/icon.svg", alt: "", width: 72, height: 72 }),
    el("h2", {}, t("welcome.title")),
    el("p", {}, t("welcome.what")),
    el(
      "div",
      { class: "suggestions" },
      start("welcome.text", () => writer.put(t("sample.text"))),
      start("welcome.picture", () => writer.addSample().then(() => writer.put(t("sample.picture")))),
      start("welcome.long", () => writer.put(t("sample.long"))),
    ),
  ];
}

function tick() {
  find(".clock").textContent = clock(Date.now());
}

tick();
setInterval(tick, 10_000);
drawState();
listen((kind, data) => hear[kind](data), line);
