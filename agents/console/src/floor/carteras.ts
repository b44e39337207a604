import type { Cartera, Figures, Pacing } from "./board";
import { decimal, number, percent } from "./format";

/** The stages of a call on the board, by what a supervisor sees in them: the groups of the terminal's board. */
export const GROUPS = [
  ["dialing", ["recording", "placing", "dialing", "reopened"]],
  ["ringing", ["ringing"]],
  ["screening", ["screening"]],
  ["waiting", ["waiting", "joining"]],
  ["talking", ["talking"]],
  ["held", ["held"]],
  ["message", ["message"]],
  ["hanging_up", ["hanging_up"]],
] as const;
export type Group = (typeof GROUPS)[number][0];

export function inFlight(stages: Record<string, number>): { group: Group; n: number }[] {
  const n = (names: readonly string[]) => names.reduce((sum, name) => sum + (stages[name] ?? 0), 0);
  return GROUPS.map(([group, names]) => ({ group, n: n(names) })).filter((it) => it.n);
}

export function sum(counts: Record<string, number>): number {
  return Object.values(counts).reduce((all, n) => all + n, 0);
}

/** How much of its limit a cartera's abandonment has used; 1 is all of it, null where it has none. */
export function ofLimit(ratio: number, limit: number | null): number | null {
  if (limit === null) return null;
  return limit ? ratio / limit : ratio > 0 ? 2 : 0;
}

export type Alarm = "good" | "warn" | "bad" | "none";

export function alarm(ratio: number, limit: number | null): Alarm {
  const used = ofLimit(ratio, limit);
  if (used === null) return "none";
  return used > 1 ? "bad" : used > 0.8 ? "warn" : "good";
}

/** The strictest limit of the carteras that are being dialled, for what is told of all of them together. */
export function strictest(carteras: Record<string, Cartera>): number | null {
  const limits = Object.values(carteras).flatMap((row) =>
    row.enabled && row.abandon_ratio_max !== null ? [row.abandon_ratio_max] : [],
  );
  return limits.length ? Math.min(...limits) : null;
}

/** Persons who talked to an agent, of the calls that are over. */
export function contactRate(row: Figures): string {
  return percent(row.connected, row.closed);
}

/** Where the cartera stands as a whole; the first that is true is what matters. */
export function standing(row: Cartera): "held" | "off" | "full" | "waiting" | "running" {
  if (row.held) return "held";
  if (!row.enabled) return "off";
  if ((ofLimit(row.abandon_ratio_24h, row.abandon_ratio_max) ?? 0) > 1) return "full";
  return row.waiting ? "waiting" : "running";
}

export type PaceWords = {
  reasons: Record<string, string>;
  paces: Record<string, string>;
  placing: (n: string) => string;
  enough: string;
  nobody: string;
  expects: (answers: string, free: string) => string;
  risk: (risk: string, price: string) => string;
  margin: (calls: string) => string;
};

/** What the last word of the pacer means, as the terminal's board says it. */
export function paceSaid(note: Pacing, w: PaceWords): string {
  if (note.bound_by) return said(w.reasons, note.bound_by);
  const pace = w.paces[note.why];
  if (pace) return pace;
  if (note.wanted) return w.placing(number(note.placed));
  return note.free ? w.enough : w.nobody;
}

/** What a strategy that predicts expects; nothing of one that does not. */
export function paceFigures(note: Pacing, w: PaceWords): string[] {
  if (!note.price) return [];
  return [
    w.expects(decimal(note.answers), decimal(note.supply)),
    w.risk(percent(note.risk), percent(note.price)),
    w.margin(decimal(note.budget_left)),
  ];
}

/** The page's word, or the mechanism's own where there is none yet: nothing is hidden for lack of a word. */
export function said(words: Record<string, string>, word: string): string {
  return words[word] ?? word.replaceAll("_", " ");
}

/** Counts with the greatest first; what does not fit is one line more, without a name. */
export function mostFirst(counts: Record<string, number>, lines: number): [string, number][] {
  const rows = Object.entries(counts).sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0]));
  if (rows.length <= lines) return rows;
  const rest = rows.slice(lines - 1).reduce((all, [, n]) => all + n, 0);
  return [...rows.slice(0, lines - 1), ["", rest]];
}
