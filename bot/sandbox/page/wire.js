// What the page hears from its server, and what it asks of it.

import { t } from "./texts.js";

const SHORTEST = 400;
const LONGEST = 4000;
const KINDS = ["chat", "wall", "bot", "toast"];

/** Keep listening to /events for ever. `hear(kind, data)`; `line(up)` when the connection comes or goes. */
export function listen(hear, line) {
  let source;
  let wait = SHORTEST;
  let timer;

  function open() {
    clearTimeout(timer);
    source?.close();
    source = new EventSource("/events");
    source.onopen = () => {
      wait = SHORTEST;
      line(true);
    };
    source.onerror = () => {
      source.close();
      line(false);
      timer = setTimeout(open, wait);
      wait = Math.min(wait * 2, LONGEST);
    };
    for (const kind of KINDS) source.addEventListener(kind, (event) => hear(kind, JSON.parse(event.data)));
  }

  addEventListener("online", open);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && source.readyState === EventSource.CLOSED) open();
  });
  open();
}

/** A refusal in the server's own words, ready to be shown. */
class Refused extends Error {}

async function ask(method, path, body) {
  const headers = { "X-Requested-With": "page" };
  const form = body instanceof FormData;
  if (body && !form) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: form || !body ? body : JSON.stringify(body) });
  } catch {
    throw new Refused(t("offline.send"));
  }
  if (!answer.ok) throw new Refused(await reason(answer));
}

async function reason(answer) {
  const said = await answer.json().catch(() => null);
  return typeof said?.error === "string" ? said.error : t("error.unknown");
}

const at = (key) => `/networks/${encodeURIComponent(key)}/faults`;

export const server = {
  write: (text, replyTo) => ask("POST", "/chat/messages", { text, reply_to: replyTo }),
  edit: (message, text) => ask("POST", "/chat/edits", { message, text }),
  tap: (message, data) => ask("POST", "/chat/taps", { message, data }),
  pictures: (files, caption, as, replyTo) => ask("POST", "/chat/pictures", form(files, caption, as, replyTo)),
  fault: (key, fault) => ask("POST", at(key), fault),
  forgive: (key) => ask("DELETE", at(key)),
  telegram: (fault) => ask("POST", "/telegram/faults", fault),
  kill: () => ask("POST", "/bot/kill"),
};

function form(files, caption, as, replyTo) {
  const filled = new FormData();
  for (const file of files) filled.append("picture", file, file.name);
  // As a text, a form would give every line break a carriage return.
  filled.append("caption", new Blob([caption], { type: "text/plain" }));
  filled.append("as", as);
  if (replyTo !== null) filled.append("reply_to", String(replyTo));
  return filled;
}
