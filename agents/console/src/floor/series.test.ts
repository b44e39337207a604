import { expect, test } from "vitest";
import type { State } from "../core/protocol";
import { abandonment, added, KEPT_MS, type Point, pace, present, STACK, stacked } from "./series";

const NONE = {
  disponible: 0,
  reservado: 0,
  hablando: 0,
  espera: 0,
  cierre: 0,
  pausa: 0,
  conectando: 0,
  desconectado: 0,
};
const point = (at_ms: number, states: Partial<Record<State, number>> = {}): Point => ({
  at_ms,
  states: { ...NONE, ...states },
  total: { pace: 12, abandon: 0.02, day: 0.01, waiting: 1 },
  carteras: { facturas: { pace: 7, abandon: 0.03, day: 0.01, waiting: 0 } },
});

test("boards that come at once after an order replace the last point; the second's own boards add one", () => {
  const points = [0, 1000, 1200, 2000].reduce<readonly Point[]>((kept, at) => added(kept, point(at)), []);
  expect(points.map((it) => it.at_ms)).toEqual([0, 1200, 2000]);
});

test("nothing older than a quarter of an hour is kept", () => {
  const points = added(added(added([], point(0)), point(5_000)), point(KEPT_MS + 1_000));
  expect(points.map((it) => it.at_ms)).toEqual([5_000, KEPT_MS + 1_000]);
});

test("states stand on each other, the last line being all who are on the chart", () => {
  const columns = stacked([point(1000, { hablando: 3, disponible: 2, pausa: 1 })]);
  expect(columns[0]).toEqual([1]);
  expect(columns[1 + STACK.indexOf("hablando")]).toEqual([3]);
  expect(columns.at(-1)).toEqual([6]);
});

test("a cartera that is not there yet has a gap and not a zero", () => {
  expect(pace([point(0)], "pagares")).toEqual([[0], [null], [null]]);
  expect(pace([point(0)], "facturas")).toEqual([[0], [7], [0]]);
});

test("abandonment is in per cent beside its limit, and without a limit there is no line", () => {
  expect(abandonment([point(0)], "", 0.03)).toEqual([[0], [2], [1], [3]]);
  expect(abandonment([point(0)], "", null)[3]).toEqual([null]);
});

test("who is gone is not counted as present", () => {
  expect(present({ ...NONE, desconectado: 4, pausa: 1, conectando: 1 })).toBe(2);
});
