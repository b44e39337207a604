import { expect, test } from "vitest";
import { actionsOn, KEYS, VERBS } from "./actions";
import type { Agent } from "./board";

const AGENT: Agent = {
  agent_id: "e01",
  state: "hablando",
  since_ms: 0,
  reason: "",
  attempt_id: "c.1",
  carteras: [],
  calls: 0,
  gestiones: 0,
};
const NOBODY = { agent_id: "", mode: "" };
const verbs = (...asked: Parameters<typeof actionsOn>) => actionsOn(...asked).map((it) => it.verb);
const everything = () => true;

test("who may only listen is offered nothing else", () => {
  expect(verbs(AGENT, NOBODY, (permission) => permission === "listen")).toEqual(["listen"]);
});

test("on the agent whose line I am on I may change how, or leave", () => {
  const offered = verbs(AGENT, { agent_id: "e01", mode: "whisper" }, everything);
  expect(offered).toContain("unspy");
  expect(offered).toContain("listen");
  expect(offered).not.toContain("whisper");
});

test("an agent who is gone can only be given other carteras", () => {
  expect(verbs({ ...AGENT, state: "desconectado" }, NOBODY, everything)).toEqual(["move"]);
});

test("a hand can be lowered only when it is up, and who pauses is not sent into a pause", () => {
  expect(verbs(AGENT, NOBODY, everything)).not.toContain("lower");
  expect(verbs({ ...AGENT, hand_ms: 5 }, NOBODY, everything)).toContain("lower");
  expect(verbs({ ...AGENT, state: "pausa" }, NOBODY, everything)).not.toContain("pause");
});

test("each order has a key of its own", () => {
  expect(new Set(VERBS.map((verb) => KEYS[verb])).size).toBe(VERBS.length);
});
