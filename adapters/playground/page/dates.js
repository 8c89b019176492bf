// Times as a person reads them: always in the zone of whoever this tab is.

import { language } from "./words.js";

const formats = new Map();

function format(zone, shape) {
  const key = JSON.stringify([language(), zone, shape]);
  if (!formats.has(key)) formats.set(key, make(zone, shape));
  return formats.get(key);
}

/** In UTC where this browser is older than the zone. */
function make(zone, shape) {
  try {
    return new Intl.DateTimeFormat(locale(), { ...shape, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat(locale(), { ...shape, timeZone: "UTC" });
  }
}

const locale = () => (language() === "en" ? "en-GB" : language().replaceAll("_", "-"));

/** A day without the comma after its name, which English does not need. */
const withoutComma = (text) => (language() === "en" ? text.replaceAll(",", "") : text);

/** `2026` */
export const year = (at, zone) => format(zone, { year: "numeric" }).format(at);

/** `March 2026` */
export const month = (at, zone) => format(zone, { month: "long", year: "numeric" }).format(at);

/** `16:00` */
export const clock = (at, zone) => format(zone, { hour: "2-digit", minute: "2-digit" }).format(at);

/** `Friday 20 March`, and the year where it is not `thisYear`. */
export function day(at, zone, thisYear) {
  const shape = { weekday: "long", day: "numeric", month: "long" };
  if (year(at, zone) !== thisYear) shape.year = "numeric";
  return withoutComma(format(zone, shape).format(at));
}

/** `Fri 20 Mar` */
export const shortDay = (at, zone) =>
  withoutComma(format(zone, { weekday: "short", day: "numeric", month: "short" }).format(at));

/** `20 March`, and the year where it is not `thisYear`. */
export function date(at, zone, thisYear) {
  const shape = { day: "numeric", month: "long" };
  if (year(at, zone) !== thisYear) shape.year = "numeric";
  return format(zone, shape).format(at);
}

/** `2026-03-20` and `16:00`, as the fields of a form want them. */
export const isoDay = (at, zone) =>
  new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  }).format(at);

/** The city in a zone's name: `Europe/Lisbon` is Lisbon. */
export const city = (zone) => zone.split("/").at(-1).replaceAll("_", " ");
