import { computed } from "@preact/signals";
import type { Phase } from "../core/headset";
import { ask } from "../core/session";
import type { Ear, EarState } from "./ear";

const STATES: Record<Phase, EarState> = {
  starting: "registering",
  connecting: "registering",
  absent: "none",
  registered: "ready",
  unreachable: "failed",
  lost: "failed",
  refused: "failed",
};

/** The same headset that agents have, fetched when a supervisor first listens; `node`: at whose Asterisk, "": here. */
export async function headset(node: string): Promise<Ear> {
  const { Headset } = await import("../core/headset");
  const set = new Headset(ask, node);
  const deaf = () => set.microphone.state.value !== "ok";
  const state = computed(() => {
    const found = STATES[set.phase.value];
    return found === "ready" && deaf() ? "microphone" : found;
  });
  return {
    state,
    why: set.why,
    called: set.parked,
    start: () => set.start(),
    mute: (shut) => set.mute(shut),
    beep: () => set.microphone.beep(),
    hangUp: () => set.hangUp(),
    stop: () => set.stop(),
  };
}
