/** What the agent's components share: the desk, the headset and which panel is open. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Headset } from "../core/headset";
import { words } from "../words";
import type { Desk } from "./desk";

export type Panel =
  | ""
  | "pause"
  | "notices"
  | "day"
  | "callbacks"
  | "headset"
  | "help"
  | "transfer"
  | "data"
  | "keypad"
  | "skip"
  | "leave";
export type Place = { desk: Desk; headset: Headset; panel: Signal<Panel>; tree: Signal<boolean> };

export const PlaceContext = createContext<Place | null>(null);

export function makePlace(desk: Desk, headset: Headset): Place {
  return { desk, headset, panel: signal<Panel>(""), tree: signal(false) };
}

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error("this component belongs inside the agent's page");
  return place;
}

/** The floor's time, anew each second. */
export function useNow(): number {
  const { desk } = usePlace();
  const [now, set] = useState(() => desk.clock.now());
  useEffect(() => {
    const beat = setInterval(() => set(desk.clock.now()), 1000);
    return () => clearInterval(beat);
  }, [desk]);
  return now;
}

/** The sentence that says why no call can be taken now; "" when one can. */
export function whyNot({ desk, headset }: Place): string {
  const w = words.value.agente.why;
  if (desk.post.health.value.state !== "open") return w.offline;
  const phase = headset.phase.value;
  if (phase === "absent") return "";
  const mic = headset.microphone.state.value;
  if (mic === "insecure") return w.micInsecure;
  if (phase === "starting") return w.starting;
  if (phase === "unreachable") return headset.why.value || w.unreachable;
  if (mic !== "ok") return { asking: w.micAsking, denied: w.micDenied, none: w.micNone, busy: w.micBusy }[mic];
  // The server calls the leg while *conectando*; in any other state it takes the leg for one that is up.
  const gone = !headset.parked.value && desk.state.value.state !== "conectando";
  return { connecting: w.connecting, lost: w.lost, refused: w.refused, registered: gone ? w.legGone : "" }[phase];
}

export function pauseName(desk: Desk, reason: string): string {
  const known = desk.welcome.value?.pauses?.find((one) => one.reason === reason);
  return known?.label ?? words.value.agente.reasons[reason] ?? reason.replaceAll("_", " ");
}
