/** Figures and times as Chile writes them, whatever the page's language, in the floor's zone. */
import { local, showClock, showDay, showMoment } from "../core/floortime";
import { zone } from "../core/session";

const WHOLE = new Intl.NumberFormat("es-CL", { maximumFractionDigits: 0, useGrouping: true });

/** 1.234.567 */
export function number(n: number): string {
  return WHOLE.format(n);
}

/** 12,3 %; of nothing: – */
export function percent(part: number, whole = 1, digits = 1): string {
  if (!whole) return "–";
  return `${((100 * part) / whole).toFixed(digits).replace(".", ",")}\u00a0%`;
}

/** 1,5 */
export function decimal(n: number): string {
  return n.toFixed(1).replace(".", ",");
}

/** 31-12-2026 */
export function day(ms: number): string {
  return showDay(isoOf(ms));
}

/** The floor's day of a moment, as an ISO date: what a date field holds. */
export function isoOf(ms: number): string {
  return local(ms, zone()).day;
}

/** 14:03:22 */
export function clock(ms: number): string {
  return showClock(ms, zone());
}

/** 14:03 */
export function minute(ms: number): string {
  return local(ms, zone()).time;
}

/** 31-12-2026 14:03 */
export function moment(ms: number): string {
  return showMoment(ms, zone());
}
