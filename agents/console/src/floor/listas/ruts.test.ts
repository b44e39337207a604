import { expect, test } from "vitest";
import { canonical, pasted } from "./ruts";

test("a RUT is known with or without its points, and only with its own check digit", () => {
  expect(canonical("12.345.678-5")).toBe("12345678-5");
  expect(canonical("123456785")).toBe("12345678-5");
  expect(canonical("12.345.678-6")).toBe("");
  expect(canonical("10000013-k")).toBe("10000013-K");
});

test("a column pasted from a spreadsheet keeps its order, each person once, and what is no RUT is told", () => {
  expect(pasted("12.345.678-5\n7654321-6; 12345678-5\tRUT")).toEqual({
    good: ["12345678-5", "7654321-6"],
    bad: ["RUT"],
    twice: 1,
  });
});
