import { signal } from "@preact/signals";
import { afterEach, expect, test } from "vitest";
import type { EarState } from "./ear";
import { Live } from "./live";
import { forget, handed, handover, hear, hungUp, keepTold, wanted, why } from "./receiving";

afterEach(forget);

function kept() {
  const open = signal(true);
  const ear = signal<EarState>("off");
  const told: boolean[] = [];
  const stop = keepTold(
    () => open.value,
    () => ear.value,
    (on) => told.push(on),
  );
  return { open, ear, told, stop };
}

test("the server hears that the page receives once its headset can be called, and when it no longer can", () => {
  const it = kept();
  wanted.value = true;
  expect(it.told).toEqual([]);
  for (const state of ["registering", "ready", "failed", "ready"] as const) it.ear.value = state;
  expect(it.told).toEqual([true, false, true]);
  wanted.value = false;
  expect(it.told).toEqual([true, false, true, false]);
  it.stop();
});

test("without a microphone nobody receives; where the floor calls another telephone, they do", () => {
  const it = kept();
  wanted.value = true;
  it.ear.value = "microphone";
  expect(it.told).toEqual([]);
  it.ear.value = "none";
  expect(it.told).toEqual([true]);
  it.stop();
});

test("a link that comes back is told again, since the server forgot with the one before", () => {
  const it = kept();
  wanted.value = true;
  it.ear.value = "ready";
  it.open.value = false;
  expect(it.told).toEqual([true]);
  it.open.value = true;
  expect(it.told).toEqual([true, true]);
  it.stop();
});

test("who is handed over stands on the page until the server or the headset says that it is over", () => {
  const live = new Live();
  live.hear({ type: "handover", state: "ringing", agent: "Ana", attended: true });
  expect([handed.value, handover.value?.agent]).toEqual([true, "Ana"]);
  live.hear({ type: "handover", state: "yours", agent: "Ana", debtor: "Íñigo Peña" });
  expect(handover.value?.debtor).toBe("Íñigo Peña");
  live.hear({ type: "handover", state: "" });
  expect(handed.value).toBe(false);
  hear({ type: "handover", state: "yours" });
  hungUp();
  expect(handover.value).toBeNull();
});

test("the server turns the switch off when another page of the same person receives, and says so", () => {
  const live = new Live();
  wanted.value = true;
  live.hear({ type: "receiving", on: false, detail: "Otra página suya recibe ahora los traspasos." });
  expect([wanted.value, why.value]).toEqual([false, "Otra página suya recibe ahora los traspasos."]);
});
