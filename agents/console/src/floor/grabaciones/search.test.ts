import { expect, test } from "vitest";
import { address } from "./search";

test("a search asks only for what was filled in, and a RUT is found however it was typed", () => {
  const nothing = { rut: "", agent: "", cartera: "", desde: "", hasta: "" };
  expect(address(nothing)).toBe("/api/grabaciones?limit=200");
  expect(address({ ...nothing, rut: " 10.000.013-k ", desde: "2026-11-01" })).toBe(
    "/api/grabaciones?rut=10000013-K&desde=2026-11-01&limit=200",
  );
});
