import { expect, test } from "vitest";
import { pisoEs } from "../words/piso.es";
import type { Pacing } from "./board";
import { alarm, inFlight, mostFirst, paceFigures, paceSaid, said } from "./carteras";

const NOTE: Pacing = {
  at_ms: 0,
  wanted: 0,
  placed: 0,
  free: 0,
  in_flight: 0,
  waiting: 0,
  bound_by: "",
  why: "",
  answers: 1.56,
  supply: 6.06,
  price: 0,
  risk: 0,
  budget_left: 1.02,
};
const W = pisoEs.pace;

test("abandonment is an alarm from four fifths of its limit on, and of no limit there is none", () => {
  expect(alarm(0.024, 0.03)).toBe("good");
  expect(alarm(0.025, 0.03)).toBe("warn");
  expect(alarm(0.031, 0.03)).toBe("bad");
  expect(alarm(0.5, null)).toBe("none");
  expect(alarm(0.001, 0)).toBe("bad");
});

test("calls are told by what they mean to the floor, each stage counted once and unknown ones not at all", () => {
  expect(inFlight({ placing: 1, dialing: 2, joining: 1, talking: 4, dreaming: 9 })).toEqual([
    { group: "dialing", n: 3 },
    { group: "waiting", n: 1 },
    { group: "talking", n: 4 },
  ]);
});

test("why the cartera does not call comes first, then the strategy's own word, then how many it places", () => {
  expect(paceSaid({ ...NOTE, bound_by: "hours", why: "budget" }, W)).toBe("fuera de horario");
  expect(paceSaid({ ...NOTE, why: "learning", wanted: 3 }, W)).toBe("aprendiendo cómo contestan");
  expect(paceSaid({ ...NOTE, wanted: 3, placed: 1200 }, W)).toBe("marcando 1.200");
  expect(paceSaid({ ...NOTE, free: 2 }, W)).toBe("bastan las que van en curso");
  expect(paceSaid(NOTE, W)).toBe("sin ejecutivos libres");
});

test("a strategy that does not predict tells no expectations", () => {
  expect(paceFigures(NOTE, W)).toEqual([]);
  expect(paceFigures({ ...NOTE, price: 0.03, risk: 0.012 }, W)).toEqual([
    "contestarán 1,6, libres 6,1",
    "riesgo 1,2\u00a0% de 3,0\u00a0%",
    "margen 1,0",
  ]);
});

test("a reason for which the page has no word yet is shown all the same", () => {
  expect(said(W.reasons, "moon_phase")).toBe("moon phase");
});

test("what does not fit on the list is added up in its last line", () => {
  expect(mostFirst({ a: 1, b: 5, c: 2, d: 3 }, 3)).toEqual([
    ["b", 5],
    ["d", 3],
    ["", 3],
  ]);
  expect(mostFirst({ a: 1 }, 3)).toEqual([["a", 1]]);
});
