import { signal } from "@preact/signals";
import type { Ear, EarState } from "./ear";

/** The headset of this page; until the page has one, the supervisor's own telephone is called. */
export async function headset(): Promise<Ear> {
  const state = signal<EarState>("none");
  return { state, register: async () => undefined, mute: () => undefined, close: () => undefined };
}
