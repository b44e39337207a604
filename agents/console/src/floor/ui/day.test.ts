import { expect, test } from "vitest";
import { typedDay } from "./day";

test("a day is typed as Chile writes it, day first, with any of its signs", () => {
  expect(typedDay("5-1-2027")).toBe("2027-01-05");
  expect(typedDay(" 05/01/27 ")).toBe("2027-01-05");
  expect(typedDay("31.12.2026")).toBe("2026-12-31");
});

test("a day that does not exist, or is not whole yet, is none", () => {
  for (const text of ["31-2-2026", "12-13-2026", "5-1", "hoy", "", "2026-12-31"]) expect(typedDay(text)).toBeNull();
});
