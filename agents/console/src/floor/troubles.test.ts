import { expect, test } from "vitest";
import type { Floor } from "./board";
import { troubles } from "./troubles";

const floor = (more: object) => ({ now_ms: 100_000, pbx: { up: true }, ...more }) as unknown as Floor;

test("with one node, the board says when its Asterisk is away", () => {
  expect(troubles(floor({}))).toEqual([]);
  expect(troubles(floor({ pbx: { up: false } }))).toEqual([{ what: "pbx", node: "", old_ms: 0 }]);
});

test("with several, each is named: one that is silent, one without its Asterisk", () => {
  const nodes = [
    { node: "a", now_ms: 99_000, pbx: { up: true } },
    { node: "b", now_ms: 80_000, pbx: { up: true } },
    { node: "c", now_ms: 99_500, pbx: { up: false } },
  ];
  expect(troubles(floor({ nodes }))).toEqual([
    { what: "old", node: "b", old_ms: 20_000 },
    { what: "pbx", node: "c", old_ms: 0 },
  ]);
});
