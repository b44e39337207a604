/** Figures, amounts and times as Chile writes them, whatever the page's language. */
export const ZONE = "America/Santiago";
const WHOLE = new Intl.NumberFormat("es-CL", { maximumFractionDigits: 0, useGrouping: true });
const DATE = new Intl.DateTimeFormat("es-CL", { timeZone: ZONE, day: "2-digit", month: "2-digit", year: "numeric" });
const CLOCK = new Intl.DateTimeFormat("es-CL", { timeZone: ZONE, hourCycle: "h23", timeStyle: "medium" });
const MINUTE = new Intl.DateTimeFormat("es-CL", {
  timeZone: ZONE,
  hourCycle: "h23",
  hour: "2-digit",
  minute: "2-digit",
});

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

/** 4:07, or 1:04:07 from an hour on. */
export function lapse(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  const two = (n: number) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A decimal string, exactly: `$1.234.567`, `UF 12,5`, `USD 3`. */
export function money(amount: string, currency: string): string {
  const [whole = "0", cents = ""] = amount.replace("-", "").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ".");
  const rest = cents.replace(/0+$/, "");
  const sign = amount.startsWith("-") ? "-" : "";
  return `${sign}${SYMBOL[currency] ?? `${currency} `}${grouped}${rest ? `,${rest}` : ""}`;
}

const SYMBOL: Record<string, string> = { CLP: "$", CLF: "UF " };

/** 31-12-2026 */
export function day(ms: number): string {
  return DATE.format(ms);
}

/** 31-12-2026, of an ISO date. */
export function isoDay(iso: string): string {
  return iso.split("-").reverse().join("-");
}

/** The floor's day of a moment, as an ISO date: what a date field holds. */
export function isoOf(ms: number): string {
  return day(ms).split("-").reverse().join("-");
}

/** 14:03:22 */
export function clock(ms: number): string {
  return CLOCK.format(ms);
}

/** 31-12-2026 14:03 */
export function moment(ms: number): string {
  return `${day(ms)} ${MINUTE.format(ms)}`;
}

/** For searches: without accents or capitals. */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
