/** Taking debtors over with only this page open: the switch, what the server is told of it, and who is being handed over.
 *
 * The page receives while it is wanted, the headset can be called and the link is up; whenever one of these changes, the
 * server is told. A debtor who is on the line stays, whatever becomes of the switch and the link.
 */
import { computed, effect, signal, untracked } from "@preact/signals";
import type { FloorHandover } from "../core/protocol";
import type { EarState } from "./ear";

/** Pressed by the person; the headset may still be on its way. */
export const wanted = signal(false);
/** Why it is off, where the server turned it off. */
export const why = signal("");
export const handover = signal<FloorHandover | null>(null);
/** Whether a debtor is here or coming: the microphone is then open, whoever was listened to before. */
export const handed = computed(() => handover.value !== null);

/** A floor without headsets in the browser calls the telephone that the supervisor has. */
export const fit = (ear: EarState): boolean => ear === "ready" || ear === "none";

/** What the server is to know: that this page receives. */
export const receives = (linkOpen: boolean, ear: EarState): boolean => wanted.value && linkOpen && fit(ear);

/** Tell the server, now and at each change, until the answer is called. A link that comes back knows nothing. */
export function keepTold(linkOpen: () => boolean, ear: () => EarState, tell: (on: boolean) => void): () => void {
  let told = false;
  return effect(() => {
    if (!linkOpen()) told = false;
    const on = receives(linkOpen(), ear());
    if (on === told) return;
    told = on;
    untracked(() => tell(on));
  });
}

export function hear(message: FloorHandover): void {
  handover.value = message.state === "" ? null : message;
}

/** The server's word, or its refusal. */
export function turnedOff(detail: string): void {
  wanted.value = false;
  why.value = detail;
}

/** The headset's call is over: so is the debtor, also where the server that knew of them has been started anew. */
export function hungUp(): void {
  handover.value = null;
}

export function forget(): void {
  wanted.value = false;
  why.value = "";
  handover.value = null;
}
