/** The supervisor's own headset in the browser, for listening to agents.
 *
 * It registers, answers by itself what the floor's own server calls it with, plays what it hears, and keeps its
 * microphone shut while only listening: a sigh must not reach the debtor.
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

export interface Ear {
  readonly state: ReadonlySignal<EarState>;
  /** The server's sentence where there is no headset. */
  readonly why: ReadonlySignal<string>;
  start(): Promise<void>;
  mute(shut: boolean): void;
  stop(): void;
}
/** `none`: this floor has no headset in the browser for this person; `microphone`: there is none, or it may not be used. */
export type EarState = "off" | "registering" | "ready" | "failed" | "none" | "microphone";

/** How long an order to listen waits for the headset: without it the server would call nobody. */
const WAIT_MS = 6_000;

const ear = signal<Ear | null>(null);
export const earState = computed<EarState>(() => ear.value?.state.value ?? "off");
export const earWhy = computed(() => ear.value?.why.value ?? "");

/** Whoever only listens is heard by nobody. */
export const shutIn = (mode: string): boolean => mode === "listen" || mode === "";

/** Connect the headset, once, and come back when it can be called or it is known that it cannot. */
export async function connect(make: () => Promise<Ear>): Promise<void> {
  if (!ear.value) {
    const made = await make();
    ear.value = made;
    made.mute(true);
    await made.start();
  }
  await settled();
}

/** The microphone, as the way of being on the line wants it. */
export function follow(mode: string): void {
  ear.value?.mute(shutIn(mode));
}

export function disconnect(): void {
  ear.value?.stop();
  ear.value = null;
}

function settled(): Promise<void> {
  return new Promise((done) => {
    let stop = () => {};
    const late = setTimeout(() => end(), WAIT_MS);
    const end = () => {
      clearTimeout(late);
      stop();
      done();
    };
    stop = effect(() => {
      if (earState.value !== "registering") queueMicrotask(end);
    });
  });
}
