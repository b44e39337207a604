import { expect, test } from "vitest";
import { clock, day, isoDay, isoOf, lapse, moment, money, number, percent, plain } from "./format";

const NEW_YEAR_MS = Date.UTC(2027, 0, 1, 2, 30, 5);

test("amounts are told to the last peso, whatever their size, with Chile's points", () => {
  expect(money("1234567.0000", "CLP")).toBe("$1.234.567");
  expect(money("98765432109876543", "CLP")).toBe("$98.765.432.109.876.543");
  expect(money("12.5000", "CLF")).toBe("UF 12,5");
  expect(money("-1500", "CLP")).toBe("-$1.500");
});

test("times are the floor's in Chile, not the browser's", () => {
  expect(day(NEW_YEAR_MS)).toBe("31-12-2026");
  expect(moment(NEW_YEAR_MS)).toBe("31-12-2026 23:30");
  expect(clock(NEW_YEAR_MS)).toBe("23:30:05");
  expect(isoOf(NEW_YEAR_MS)).toBe("2026-12-31");
  expect(isoDay("2026-12-31")).toBe("31-12-2026");
});

test("what has lasted is told in minutes, from an hour on with its hours", () => {
  expect(lapse(247_900)).toBe("4:07");
  expect(lapse(3_847_000)).toBe("1:04:07");
  expect(lapse(-5)).toBe("0:00");
});

test("a share of nothing is a dash, not a zero", () => {
  expect(percent(0.0312)).toBe("3,1\u00a0%");
  expect(percent(0, 0)).toBe("–");
  expect(number(1234)).toBe("1.234");
});

test("a search for a name needs neither accents nor capitals", () => {
  expect(plain("Fabián ÑUÑOA")).toBe("fabian nunoa");
});
