/** Strategies as `dialer.edge.desk_estrategia` tells them, and how a person reads and types their values. */
import { decimal, number } from "../format";

export type Kind =
  | "yes_no"
  | "choice"
  | "order"
  | "hour"
  | "ratio"
  | "number"
  | "whole"
  | "seconds"
  | "minutes"
  | "days"
  | "pesos";
export type Value = string | number | boolean | readonly string[] | null;
export type Values = Readonly<Record<string, Value>>;

export interface Key {
  name: string;
  kind: Kind;
  group: string;
  least: number | null;
  most: number | null;
  choices: readonly string[];
  length_max: number | null;
}

export interface Mark {
  number: number;
  by: string;
  at_ms: number;
}

export interface Bound {
  key: string;
  limit: number;
  most: boolean;
  preset: string;
}

export interface Row {
  number: number;
  by?: string;
  at_ms?: number;
  note?: string;
  file: Values;
  now: Values;
  marks: Readonly<Record<string, Mark>>;
  law: readonly Bound[];
  unfit: string;
  agents?: number;
}

export interface Strategies {
  keys: readonly Key[];
  goals: readonly Key[];
  carteras: Readonly<Record<string, Row>>;
  floor: Row;
}

export interface Change {
  key: string;
  before: Value;
  after: Value;
}

export interface Version extends Mark {
  note: string;
  changes: readonly Change[];
}

/** What a person changed and has not published: null is the file's value, undefined what cannot be read. */
export type Draft = Readonly<Record<string, Value | undefined>>;

export function same(a: Value | undefined, b: Value | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** The value that the field shows. */
export function shown(row: Row, draft: Draft, key: string): Value {
  const typed = key in draft ? draft[key] : row.now[key];
  return typed === null ? (row.file[key] ?? null) : (typed ?? null);
}

/** What publishing the draft would change; without what is as it was. */
export function changesOf(row: Row, draft: Draft): Change[] {
  return Object.keys(draft)
    .filter((key) => draft[key] !== undefined && (row.unfit || !same(shown(row, draft, key), row.now[key])))
    .map((key) => ({ key, before: row.now[key] ?? null, after: draft[key] ?? null }));
}

export const unreadable = (draft: Draft): boolean => Object.values(draft).some((it) => it === undefined);

export function asPatch(changes: readonly Change[]): Record<string, Value> {
  return Object.fromEntries(changes.map(({ key, after }) => [key, after]));
}

const SHARE = 100;

/** What a field holds: `2,5` for a share of 0.025, `1.000.000` for pesos. */
export function written(kind: Kind, value: Value): string {
  if (value === null) return "";
  if (typeof value !== "number") return String(value);
  if (kind === "pesos") return number(value);
  const figure = kind === "ratio" ? SHARE * value : value;
  return String(Number(figure.toFixed(6))).replace(".", ",");
}

/** The value of what was typed; undefined for what is no such figure. Nothing at all is null: as the file says. */
export function read(kind: Kind, text: string): Value | undefined {
  const bare = text.trim();
  if (bare === "") return null;
  if (kind === "hour") return bare;
  if (kind === "pesos")
    return /^\$?(\d{1,3}(\.\d{3})+|\d+)$/.test(bare) ? Number(bare.replace(/[.$]/g, "")) : undefined;
  if (!/^\d+([.,]\d+)?$/.test(bare)) return undefined;
  const figure = Number(bare.replace(",", "."));
  return kind === "ratio" ? Number((figure / SHARE).toFixed(8)) : figure;
}

/** The law's limits first, then the field's own: what it may be at least and at most. */
export function limits(key: Key, law: readonly Bound[]): { least: number | null; most: number | null; by: string } {
  const own = law.filter((it) => it.key === key.name);
  const low = own.find((it) => !it.most);
  const high = own.find((it) => it.most);
  return {
    least: low ? Math.max(low.limit, key.least ?? low.limit) : key.least,
    most: high ? Math.min(high.limit, key.most ?? high.limit) : key.most,
    by: own[0]?.preset ?? "",
  };
}

/** `retry.busy.max` as its two words; null for another key. */
export function retryOf(key: string): { verdict: string; part: string } | null {
  const [head, verdict, part] = key.split(".");
  return head === "retry" && verdict && part ? { verdict, part } : null;
}

// ── what was tried ──

export interface Spread {
  mean: number;
  interval: readonly [number, number] | null;
}
export type Measures = Readonly<Record<string, Spread>>;

export interface Report {
  day: string;
  hours: number;
  seeds: readonly number[];
  history: readonly string[] | null;
  agents: number;
  calls: number;
  took_s: number;
  assumed: readonly string[];
  how: string;
  changed: Measures;
  today: Measures;
  difference: Measures;
}

export interface Trial {
  number: number;
  by: string;
  state: "running" | "done" | "refused" | "failed" | "cancelled";
  days: number;
  of: number;
  detail: string;
  about: { cartera: string; agents: number; hours: number; days: number };
  report: Report | null;
}

export const MEASURES = [
  "occupancy",
  "abandon_ratio",
  "contacts_per_agent_hour",
  "idle_mean_s",
  "calls_placed",
  "connected",
  "abandoned",
] as const;
export type Measure = (typeof MEASURES)[number];
export const IS_SHARE: ReadonlySet<string> = new Set(["occupancy", "abandon_ratio"]);

/** `84,1 % ±0,6`: the mean and half of its interval. */
export function spread(measure: string, it: Spread, signed = false): string {
  const scale = IS_SHARE.has(measure) ? 100 : 1;
  const half = it.interval ? (scale * (it.interval[1] - it.interval[0])) / 2 : null;
  const unit = scale === 100 ? "\u00a0%" : "";
  const sign = signed && it.mean > 0 ? "+" : "";
  return `${sign}${figure(scale * it.mean)}${unit}${half === null ? "" : ` ±${figure(half)}`}`;
}

const figure = (n: number) => (Math.abs(n) >= 100 ? number(n) : decimal(n));

/** Whether the change moves the measure: only an interval that leaves zero out says so. */
export function verdict(it: Spread): "up" | "down" | "unsure" {
  if (!it.interval || (it.interval[0] <= 0 && it.interval[1] >= 0)) return "unsure";
  return it.mean > 0 ? "up" : "down";
}
