import { expect, test } from "vitest";
import { EVERYBODY, overMs, shown, turned } from "./agents";
import type { Agent } from "./board";

const agent = (agent_id: string, more: Partial<Agent> = {}): Agent => ({
  agent_id,
  state: "disponible",
  since_ms: 0,
  reason: "",
  attempt_id: "",
  carteras: ["facturas"],
  calls: 0,
  gestiones: 0,
  ...more,
});
const ids = (agents: Agent[]) => agents.map((one) => one.agent_id);
const UP = { column: "agent", down: false } as const;

test("raised hands come first, the longest raised on top, whatever the order is", () => {
  const floor = [
    agent("e01"),
    agent("e02", { hand_ms: 20 }),
    agent("e03", { hand_ms: 10 }),
    agent("e04", { hand_ms: 0 }),
  ];
  expect(ids(shown(floor, EVERYBODY, UP))).toEqual(["e03", "e02", "e01", "e04"]);
  expect(ids(shown(floor, EVERYBODY, { ...UP, down: true }))).toEqual(["e03", "e02", "e04", "e01"]);
});

test("agents are in the order of their numbers, not of their letters", () => {
  expect(ids(shown([agent("e10"), agent("e9")], EVERYBODY, UP))).toEqual(["e9", "e10"]);
});

test("by state, who is free is first and who is gone is last; the same state keeps the ids' order", () => {
  const floor = [agent("a", { state: "desconectado" }), agent("c"), agent("b"), agent("d", { state: "hablando" })];
  expect(ids(shown(floor, EVERYBODY, { column: "state", down: false }))).toEqual(["b", "c", "d", "a"]);
});

test("by time, whoever has been in their state for longest is first", () => {
  const floor = [agent("a", { since_ms: 200 }), agent("b", { since_ms: 100 })];
  expect(ids(shown(floor, EVERYBODY, { column: "since", down: false }))).toEqual(["b", "a"]);
});

test("a filter by name, state and cartera leaves those for whom all of it is true", () => {
  const floor = [
    agent("e01", { name: "Fabián Oses", state: "pausa" }),
    agent("e02", { name: "Fabiola Ruz", state: "pausa", carteras: ["pagares"] }),
    agent("e03", { name: "Fabián Díaz" }),
  ];
  expect(ids(shown(floor, { text: "FABIAN", state: "", cartera: "" }, UP))).toEqual(["e01", "e03"]);
  expect(ids(shown(floor, { text: "fabi", state: "pausa", cartera: "facturas" }, UP))).toEqual(["e01"]);
});

test("a second click on a head turns its order round, and another head begins anew", () => {
  expect(turned(UP, "agent")).toEqual({ column: "agent", down: true });
  expect(turned({ column: "agent", down: true }, "calls")).toEqual({ column: "calls", down: false });
});

test("a pause is beyond its budget with what was spent of it before", () => {
  const pauses = [{ reason: "descanso", label: "Descanso", budget_ms: 1_800_000 }];
  const pause = agent("e1", { state: "pausa", reason: "descanso", since_ms: 1_000_000, spent_ms: 1_500_000 });
  expect(overMs(pause, pauses, 1_200_000)).toBe(0);
  expect(overMs(pause, pauses, 1_360_000)).toBe(60_000);
  expect(overMs({ ...pause, reason: "otra" }, pauses, 9_000_000)).toBe(0);
  expect(overMs({ ...pause, state: "hablando" }, pauses, 9_000_000)).toBe(0);
});
