/** The floor's clock and calendar. The browser's own clock and zone are never asked: a desk's PC may have both wrong. */

/** The floor's time from one of the server's moments and the milliseconds gone by since it came (a monotonic clock). */
export class FloorClock {
  private base = 0;
  private at = 0;

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  set(nowMs: number): void {
    this.base = nowMs;
    this.at = this.monotonic();
  }

  now(): number {
    return Math.round(this.base + this.monotonic() - this.at);
  }
}

/** The settings' own default: what there is before the server has said the floor's zone. */
export const DEFAULT_ZONE = "America/Santiago";

export type Parts = { day: string; time: string };

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string): Intl.DateTimeFormat {
  let found = formats.get(zone);
  if (!found) {
    const two = "2-digit";
    found = new Intl.DateTimeFormat("en-CA", {
      ...{ timeZone: zone, hourCycle: "h23" },
      ...{ year: "numeric", month: two, day: two, hour: two, minute: two, second: two },
    });
    formats.set(zone, found);
  }
  return found;
}

/** The ISO day and `HH:MM` that clocks in the zone show at that moment. */
export function local(ms: number, zone: string): Parts {
  const parts = partsOf(ms, zone);
  return { day: `${parts.year}-${parts.month}-${parts.day}`, time: `${parts.hour}:${parts.minute}` };
}

function partsOf(ms: number, zone: string): Record<string, string> {
  const parts = format(zone).formatToParts(ms);
  return Object.fromEntries(parts.map((part) => [part.type, part.value]));
}

/** `14:03:22`. */
export function showClock(ms: number, zone: string): string {
  const parts = partsOf(ms, zone);
  return `${parts.hour}:${parts.minute}:${parts.second}`;
}

/** The moment at which clocks in the zone show that day and time; in the hour that a change of the clocks skips, one
 * hour later. */
export function moment(day: string, time: string, zone: string): number {
  const wanted = Date.parse(`${day}T${time}:00Z`);
  let guess = wanted;
  for (let turn = 0; turn < 2; turn += 1) {
    const seen = local(guess, zone);
    guess += wanted - Date.parse(`${seen.day}T${seen.time}:00Z`);
  }
  const seen = local(guess, zone);
  return seen.day === day && seen.time === time ? guess : Math.max(guess, wanted - offset(guess, zone));
}

function offset(ms: number, zone: string): number {
  const seen = local(ms, zone);
  return Date.parse(`${seen.day}T${seen.time}:00Z`) - Math.floor(ms / 60_000) * 60_000;
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}

/** `dd-mm-yyyy`. */
export function showDay(day: string): string {
  const [year, month, date] = day.split("-");
  return `${date}-${month}-${year}`;
}

export function showMoment(ms: number, zone: string): string {
  const { day, time } = local(ms, zone);
  return `${showDay(day)} ${time}`;
}

/** `0:07`, `12:34`, `1:02:03`; negative spans (clocks a little apart) are none. */
export function showSpan(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = String(seconds % 60).padStart(2, "0");
  return hours ? `${hours}:${String(minutes).padStart(2, "0")}:${tail}` : `${minutes}:${tail}`;
}

const DAY = /^(\d{1,2})(?:[-/. ](\d{1,2})(?:[-/. ](\d{4}|\d{2}))?)?$/;

/** A day as it is typed: `h` today, `m` tomorrow, `v` next Friday, `f` the month's end, `+5`, `15`, `15-3`, `15-03-2027`.
 *
 * Without a month or a year it is the next such day from today on. Null: not (yet) a day that exists.
 */
export function readDay(text: string, today: string): string | null {
  const typed = text.trim().toLowerCase();
  const ahead = /^\+(\d{1,3})$/.exec(typed);
  if (ahead) return addDays(today, Number(ahead[1]));
  if (typed in NAMED) return NAMED[typed as keyof typeof NAMED](today);
  const found = DAY.exec(typed);
  if (!found) return null;
  const [year, month] = today.split("-").map(Number) as [number, number];
  const date = Number(found[1]);
  if (found[3])
    return existing(found[3].length === 2 ? 2000 + Number(found[3]) : Number(found[3]), Number(found[2]), date);
  if (found[2]) return next(today, [year, year + 1], [Number(found[2])], date);
  return next(today, [year, year + 1], month === 12 ? [12, 1] : [month, month + 1], date);
}

const NAMED = {
  h: (today: string) => today,
  m: (today: string) => addDays(today, 1),
  v: (today: string) => addDays(today, (5 - new Date(`${today}T00:00:00Z`).getUTCDay() + 7) % 7 || 7),
  f: (today: string) => {
    const [year, month] = today.split("-").map(Number) as [number, number];
    return new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
  },
};

function next(today: string, years: number[], months: number[], date: number): string | null {
  const days = years.flatMap((year) => months.map((month) => existing(year, month, date)));
  return days.filter((day): day is string => day !== null && day >= today).sort()[0] ?? null;
}

function existing(year: number, month: number, date: number): string | null {
  const day = new Date(Date.UTC(year, month - 1, date));
  const right = day.getUTCMonth() === month - 1 && day.getUTCDate() === date;
  return right && year >= 2000 && year < 2200 ? day.toISOString().slice(0, 10) : null;
}

/** An hour as it is typed: `9`, `15`, `930`, `1530`, `15:30`, `9.30`. Null: not an hour. */
export function readTime(text: string): string | null {
  const found = /^(\d{1,2})(?:[:.h]?(\d{2}))?$/.exec(text.trim().toLowerCase());
  const [hour, minute] = [Number(found?.[1]), Number(found?.[2] ?? 0)];
  if (!found || hour > 23 || minute > 59) return null;
  return `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;
}
