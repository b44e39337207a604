import { expect, test } from "vitest";
import { session } from "../core/session";
import { clock, day, isoOf, minute, moment, number, percent } from "./format";

const NEW_YEAR_MS = Date.UTC(2027, 0, 1, 2, 30, 5);

test("times are the floor's, not the browser's", () => {
  expect(day(NEW_YEAR_MS)).toBe("31-12-2026");
  expect(moment(NEW_YEAR_MS)).toBe("31-12-2026 23:30");
  expect(clock(NEW_YEAR_MS)).toBe("23:30:05");
  expect(isoOf(NEW_YEAR_MS)).toBe("2026-12-31");
  expect(minute(NEW_YEAR_MS)).toBe("23:30");
});

test("a floor that is elsewhere has its own hours", () => {
  session.value = {
    token: "",
    code: "s",
    name: "",
    role: "supervisor",
    carteras: [],
    permissions: [],
    zone: "America/Bogota",
  };
  expect(moment(NEW_YEAR_MS)).toBe("31-12-2026 21:30");
  session.value = null;
});

test("a share of nothing is a dash, not a zero", () => {
  expect(percent(0.0312)).toBe("3,1\u00a0%");
  expect(percent(0, 0)).toBe("–");
  expect(number(1234)).toBe("1.234");
});
