// Trouble on purpose: what a network, or Telegram, will do wrong next.

import { changed, el } from "./dom.js";
import { icon } from "./icons.js";
import { open as openSheet } from "./popover.js";
import { has, t } from "./texts.js";
import { toast } from "./notices.js";
import { server } from "./wire.js";

const NETWORK = ["rate_limited", "expired", "unavailable", "stored", "lost", "rejected", "slow"];
const TELEGRAM = ["flood", "unavailable", "lost"];
const TIMED = new Set(["rate_limited", "slow", "flood"]);
const METHODS = ["*", "sendMessage", "editMessageText"];
const TIMES = [1, 2, 3, 10];
const WAITS = [5, 30, 120];

/** What the person chose last, for all menus. */
const chosen = { times: 1, seconds: 30, method: "*" };

const length = (n) => (n % 60 ? t("faults.seconds", { n }) : t("faults.minutes", { n: n / 60 }));
const named = (kind) => (has(`faults.${kind}`) ? t(`faults.${kind}`) : kind);

export function faultButton(network) {
  const button = el("button", { type: "button", class: "plain fault-button", "aria-haspopup": "dialog", "aria-expanded": "false" }, icon("bolt", 16), t("faults.button"));
  button.addEventListener("click", () =>
    openSheet(button, {
      name: t("faults.of", { title: network.title }),
      className: "faults",
      fill: (close) => networkMenu(network, close),
    }),
  );
  return button;
}

function networkMenu(network, close) {
  const plan = async (kind) => {
    close();
    const wait = TIMED.has(kind) ? { seconds: chosen.seconds } : {};
    await told(server.fault(network.key, { kind, times: chosen.times, ...wait }));
  };
  return [
    el("h3", {}, t("faults.of", { title: network.title })),
    choice("faults.times", "times", TIMES, (n) => `×${n}`),
    choice("faults.wait", "seconds", WAITS, length),
    ...NETWORK.map((kind) => item(`faults.${kind}`, kind, () => plan(kind))),
  ];
}

export function telegramMenu(button) {
  const plan = async (kind, close) => {
    close();
    const fault = { kind, method: chosen.method, times: chosen.times, seconds: chosen.seconds };
    if (await told(server.telegram(fault))) toast(t("telegram.done", { what: t(`telegram.${kind}`) }));
  };
  openSheet(button, {
    name: t("telegram.title"),
    className: "faults",
    fill: (close) => [
      el("h3", {}, t("telegram.title")),
      choice("telegram.method", "method", METHODS, (method) => t(`telegram.method.${method === "*" ? "all" : method}`)),
      choice("faults.times", "times", TIMES, (n) => `×${n}`),
      choice("faults.wait", "seconds", WAITS, length),
      ...TELEGRAM.map((kind) => item(`telegram.${kind}`, kind, () => plan(kind, close))),
    ],
  });
}

async function told(asked) {
  try {
    await asked;
    return true;
  } catch (refusal) {
    toast(refusal.message);
    return false;
  }
}

function item(key, kind, act) {
  return el(
    "button",
    { type: "button", class: "fault", "data-fault": kind, onclick: act },
    el("strong", {}, t(key)),
    el("span", {}, t(`${key}.what`)),
  );
}

function choice(key, name, values, shown) {
  const buttons = values.map((value) => el("button", { type: "button", "data-value": value }, shown(value)));
  const mark = () => buttons.forEach((button, at) => button.setAttribute("aria-pressed", String(values[at] === chosen[name])));
  buttons.forEach((button, at) =>
    button.addEventListener("click", () => {
      chosen[name] = values[at];
      mark();
    }),
  );
  mark();
  return el("div", { class: "fault-choice" }, el("span", {}, t(key)), el("div", { class: "choice", role: "group", "aria-label": t(key) }, buttons));
}

/** The faults that are planned, each with a way to take it away. */
export function chips() {
  const node = el("ul", { class: "chips", "aria-label": t("faults.planned"), hidden: true });
  const draw = changed((faults, key) => {
    node.hidden = !faults.length;
    node.replaceChildren(...faults.map((fault, at) => chip(fault, () => withdraw(key, faults, at))));
  });
  return { node, update: (network) => draw(network.faults ?? [], network.key) };
}

function chip({ kind, times }, remove) {
  const what = `${named(kind)}${times > 1 ? ` ×${times}` : ""}`;
  return el(
    "li",
    { class: "chip" },
    icon("bolt", 13),
    what,
    el("button", { type: "button", "aria-label": t("faults.cancel", { what }), onclick: remove }, icon("close", 13)),
  );
}

/** The server forgets all faults of a network at once; the others are planned anew. */
async function withdraw(key, faults, at) {
  const again = faults.filter((_, index) => index !== at);
  if (!(await told(server.forgive(key)))) return;
  for (const fault of again) if (!(await told(server.fault(key, fault)))) return;
}
