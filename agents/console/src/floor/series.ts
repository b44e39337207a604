/** The last quarter of an hour, kept in the page from the boards it has heard. */
import type { State } from "../core/protocol";
import { STATES } from "./agents";
import type { Floor } from "./board";

export const KEPT_MS = 15 * 60_000;
const STEP_MS = 1_000;

type Rates = { pace: number; abandon: number; day: number; waiting: number };
export type Point = { at_ms: number; states: Record<State, number>; total: Rates; carteras: Record<string, Rates> };
/** x in seconds and one list for each line, as uPlot wants them. */
export type Columns = [number[], ...(number | null)[][]];

export function point(floor: Floor): Point {
  const rates = (it: Floor["total"]): Rates => ({
    pace: it.calls_per_minute,
    abandon: it.abandon_ratio_30m,
    day: it.abandon_ratio_24h,
    waiting: it.waiting,
  });
  const carteras = Object.fromEntries(Object.entries(floor.carteras).map(([name, row]) => [name, rates(row)]));
  return { at_ms: floor.now_ms, states: floor.agents_by_state, total: rates(floor.total), carteras };
}

/** The points with one more: at most one a second, and none older than a quarter of an hour. */
export function added(points: readonly Point[], one: Point): readonly Point[] {
  const last = points.at(-1);
  const rest = last && one.at_ms - last.at_ms < STEP_MS / 2 ? points.slice(0, -1) : points;
  const from = rest.findIndex((it) => it.at_ms > one.at_ms - KEPT_MS);
  return [...(from < 0 ? [] : rest.slice(from)), one];
}

/** `cartera` "": all of them. A cartera that was not there yet has no value. */
function lines(points: readonly Point[], cartera: string, wanted: readonly (keyof Rates)[]): Columns {
  const of = (it: Point) => (cartera ? it.carteras[cartera] : it.total);
  return [xs(points), ...wanted.map((name) => points.map((it) => of(it)?.[name] ?? null))];
}

export const pace = (points: readonly Point[], cartera: string) => lines(points, cartera, ["pace", "waiting"]);

/** Abandonment of 30 minutes and of 24 hours, in per cent, and its limit as a level line. */
export function abandonment(points: readonly Point[], cartera: string, limit: number | null): Columns {
  const [x, ...ratios] = lines(points, cartera, ["abandon", "day"]);
  const hundred = ratios.map((line) => line.map((ratio) => (ratio === null ? null : ratio * 100)));
  return [x, ...hundred, x.map(() => (limit === null ? null : limit * 100))];
}

/** Those that are on the chart, from the ground up. */
export const STACK: readonly State[] = ["hablando", "espera", "cierre", "reservado", "disponible", "pausa"];

/** Agents by state, each line on top of those before it: what is drawn later must be drawn below. */
export function stacked(points: readonly Point[]): Columns {
  const sums = points.map(() => 0);
  const grown = STACK.map((state) => points.map((it, at) => (sums[at] = (sums[at] ?? 0) + (it.states[state] ?? 0))));
  return [xs(points), ...grown];
}

function xs(points: readonly Point[]): number[] {
  return points.map((it) => it.at_ms / 1000);
}

/** How many agents are on the floor at all. */
export function present(states: Record<State, number>): number {
  return STATES.reduce((sum, state) => sum + (state === "desconectado" ? 0 : (states[state] ?? 0)), 0);
}
