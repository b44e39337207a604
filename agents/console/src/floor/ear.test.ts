import { signal } from "@preact/signals";
import { afterEach, expect, test } from "vitest";
import { connect, disconnect, type EarState, earState, follow } from "./ear";

function pretended() {
  const state = signal<EarState>("registering");
  const told: string[] = [];
  const ear = {
    state,
    why: signal(""),
    start: async () => void told.push("start"),
    mute: (shut: boolean) => void told.push(shut ? "shut" : "open"),
    stop: () => void told.push("stop"),
  };
  return { state, told, make: async () => ear };
}

afterEach(disconnect);

test("an order to listen waits until the headset can be called", async () => {
  const { state, make } = pretended();
  let there = false;
  const waiting = connect(make).then(() => {
    there = true;
  });
  await Promise.resolve();
  expect(there).toBe(false);
  state.value = "ready";
  await waiting;
  expect(earState.value).toBe("ready");
});

test("a floor without headsets in the browser holds nothing up", async () => {
  const { state, make } = pretended();
  state.value = "none";
  await connect(make);
  expect(earState.value).toBe("none");
});

test("the microphone is shut from the start and while only listening, open to whisper or to barge in", async () => {
  const { state, told, make } = pretended();
  state.value = "ready";
  await connect(make);
  for (const mode of ["listen", "whisper", "barge", ""]) follow(mode);
  expect(told).toEqual(["shut", "start", "shut", "open", "open", "shut"]);
});

test("the headset is connected once, however often it is asked for", async () => {
  const { state, told, make } = pretended();
  state.value = "ready";
  await connect(make);
  await connect(make);
  expect(told.filter((it) => it === "start")).toHaveLength(1);
});
