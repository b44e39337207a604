import { effect, signal } from "@preact/signals";
import { afterEach, expect, test } from "vitest";
import { connect, disconnect, type EarState, earState, follow } from "./ear";

function pretended() {
  const state = signal<EarState>("registering");
  const told: string[] = [];
  const ear = {
    state,
    why: signal(""),
    called: signal(false),
    beep: () => void told.push("beep"),
    hangUp: () => void told.push("hang up"),
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

test("who is handed a debtor is heard, and afterwards the microphone is again as listening wants it", async () => {
  const here = pretended();
  const there = pretended();
  for (const one of [here, there]) one.state.value = "ready";
  await connect(here.make);
  await connect(there.make, "n2");
  follow("whisper", true);
  expect([here.told.at(-1), there.told.at(-1)]).toEqual(["open", "shut"]);
  follow("whisper", false);
  expect([here.told.at(-1), there.told.at(-1)]).toEqual(["shut", "open"]);
  follow("", true);
  expect(here.told.at(-1)).toBe("open");
  follow("", false);
  expect(here.told.at(-1)).toBe("shut");
});

test("the headset is connected once, however often it is asked for", async () => {
  const { state, told, make } = pretended();
  state.value = "ready";
  await connect(make);
  await connect(make);
  expect(told.filter((it) => it === "start")).toHaveLength(1);
});

test("at another node the page registers besides, and leaves when it listens to nobody any more", async () => {
  const here = pretended();
  const there = pretended();
  for (const one of [here, there]) one.state.value = "ready";
  const asked: string[] = [];
  const make = (node: string) => {
    asked.push(node);
    return (node === "n2" ? there : here).make();
  };
  const mode = signal("");
  const stop = effect(() => follow(mode.value));
  await connect(make);
  await connect(make, "n2");
  expect(there.told).not.toContain("stop");
  mode.value = "whisper";
  expect(asked).toEqual(["", "n2"]);
  expect(here.told.at(-1)).toBe("shut");
  expect(there.told.at(-1)).toBe("open");
  mode.value = "";
  expect(there.told.at(-1)).toBe("stop");
  expect(here.told).not.toContain("stop");
  expect(earState.value).toBe("ready");
  await connect(make, "n2");
  expect(asked).toEqual(["", "n2", "n2"]);
  stop();
});
