import { expect, test } from "vitest";
import { tabOf, tabsFor } from "./tabs";

test("each role has the pages that its permissions open, the floor first", () => {
  expect(tabsFor(["see_floor", "move_agents", "handle_retiro", "play_recording"])).toEqual([
    "piso",
    "estrategia",
    "listas",
    "retiros",
    "grabaciones",
  ]);
  expect(tabsFor(["load", "settle_retiro"])).toEqual(["retiros", "cargas"]);
  expect(tabsFor([])).toEqual([]);
});

test("an address of a page that the role has not leads to its first one", () => {
  expect(tabOf("#cargas", ["retiros", "cargas"])).toBe("cargas");
  expect(tabOf("#piso", ["retiros", "cargas"])).toBe("retiros");
  expect(tabOf("", [])).toBe("");
});
