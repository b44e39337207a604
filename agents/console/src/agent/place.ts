/** What the agent's components share: the desk, the headset and which panel is open. */
import { type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext, useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Headset } from "../core/headset";
import { pauseLabel, words } from "../words";
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
/** Where the focus goes once it is drawn: before the next key, so that nobody's first letter goes astray. */
export type Aim = "" | "first" | "tree-search";
export type Place = {
  desk: Desk;
  headset: Headset;
  panel: Signal<Panel>;
  tree: Signal<boolean>;
  aim: { at: Aim };
};

export const PlaceContext = createContext<Place | null>(null);

export function makePlace(desk: Desk, headset: Headset): Place {
  return { desk, headset, panel: signal<Panel>(""), tree: signal(false), aim: { at: "" } };
}

export function usePlace(): Place {
  const place = useContext(PlaceContext);
  if (!place) throw new Error("this component belongs inside the agent's page");
  return place;
}

/** Put the focus on this element, once, if it is what was aimed at. */
export function useAim(at: Aim, selector: string): void {
  const { aim } = usePlace();
  useLayoutEffect(() => {
    if (aim.at !== at) return;
    aim.at = "";
    document.querySelector<HTMLElement>(selector)?.focus();
  });
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
  return pauseLabel(reason, known?.label);
}
