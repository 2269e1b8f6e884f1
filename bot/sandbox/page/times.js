// Times as people in the bakery read them.

import { language, t } from "./texts.js";

const ZONE = "Europe/Madrid";
const locale = language === "en" ? "en-GB" : "es-ES";
const clockShape = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone: ZONE });
const dayShape = new Intl.DateTimeFormat("en-CA", { timeZone: ZONE });
const longShape = new Intl.DateTimeFormat(locale, { weekday: "long", day: "numeric", month: "long", timeZone: ZONE });
const wholeShape = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: ZONE });
const agoShape = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];

export const clock = (moment) => clockShape.format(new Date(moment));
export const day = (moment) => dayShape.format(new Date(moment));
export const whole = (moment) => wholeShape.format(new Date(moment));

/** "Hoy", "Ayer", "sábado, 21 de noviembre". */
export function dayName(moment) {
  const now = Date.now();
  if (day(moment) === day(now)) return t("date.today");
  if (day(moment) === day(now - 86400e3)) return t("date.yesterday");
  return longShape.format(new Date(moment));
}

export function ago(moment) {
  const seconds = Math.min(0, (new Date(moment) - Date.now()) / 1000);
  const [unit, size] = UNITS.find(([, length]) => -seconds >= length) ?? ["second", 1];
  return unit === "second" ? agoShape.format(0, "second") : agoShape.format(Math.trunc(seconds / size), unit);
}
