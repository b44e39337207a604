import { computed, type ReadonlySignal, signal } from "@preact/signals";

/** The supervisor's own headset in the browser, for listening to agents.
 *
 * It registers, answers by itself what the floor's own server calls it with, plays what it hears, and keeps its
 * microphone shut while only listening: a sigh must not reach the debtor.
 */
export interface Ear {
  readonly state: ReadonlySignal<EarState>;
  register(): Promise<void>;
  mute(shut: boolean): void;
  close(): void;
}
/** `none`: this floor has no headsets in the browser; `microphone`: there is none, or it may not be used. */
export type EarState = "off" | "registering" | "ready" | "failed" | "none" | "microphone";

export type MakeEar = () => Promise<Ear>;

const made = signal<Ear | null>(null);
export const earState = computed<EarState>(() => made.value?.state.value ?? "off");

/** Whoever only listens is heard by nobody. */
export const shutIn = (mode: string): boolean => mode === "listen" || mode === "";

export async function connect(make: MakeEar, mode: string): Promise<void> {
  const ear = made.value ?? (await make());
  made.value = ear;
  ear.mute(shutIn(mode));
  await ear.register();
}

export function follow(mode: string): void {
  made.value?.mute(shutIn(mode));
}

export function disconnect(): void {
  made.value?.close();
  made.value = null;
}
