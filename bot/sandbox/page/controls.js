// The state of the bot, and the switches that trouble it.

import { changed, el, find, flash } from "./dom.js";
import { telegramMenu } from "./faults.js";
import { icon } from "./icons.js";
import { toast } from "./notices.js";
import { otherLanguage, t } from "./texts.js";
import { server } from "./wire.js";

export function controls(root) {
  const words = el("span", { class: "bot-words" });
  const lives = el("span", { class: "bot-lives" });
  const state = el("p", { class: "bot-state", role: "status" }, el("i", { class: "lamp", "aria-hidden": "true" }), words, lives);
  const line = el("p", { class: "line-down", role: "status", hidden: true }, t("offline.pill"));
  const telegram = el("button", { type: "button", class: "plain", "aria-haspopup": "dialog", "aria-expanded": "false" }, icon("bolt", 17), t("telegram.button"));
  const kill = el("button", { type: "button", class: "danger", title: t("bot.kill.what") }, icon("power", 17), t("bot.kill"), el("code", {}, "kill -9"));
  const other = el("a", { class: "plain language", href: `?lang=${otherLanguage}`, lang: otherLanguage, hreflang: otherLanguage }, t("page.language"));
  find(".controls", root).append(line, state, telegram, kill, other);
  telegram.addEventListener("click", () => telegramMenu(telegram));
  kill.addEventListener("click", async () => {
    kill.disabled = true;
    try {
      await server.kill();
      toast(t("bot.killed"));
    } catch (refusal) {
      toast(refusal.message);
    } finally {
      kill.disabled = false;
    }
  });

  const draw = changed(({ state: now, lives: n }) => {
    state.dataset.state = now;
    words.textContent = t(`bot.${now}`);
    lives.textContent = n ? t("bot.life", { n }) : "";
    flash(state);
  });
  draw({ state: "starting", lives: 0 });
  return { update: draw, line: (up) => (line.hidden = up) };
}
