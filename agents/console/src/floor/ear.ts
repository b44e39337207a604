/** The supervisor's own headset in the browser, for listening to agents.
 *
 * It registers, answers by itself what the floor's own server calls it with, plays what it hears, and keeps its
 * microphone shut while only listening: a sigh must not reach the debtor. An agent of another node is heard on that
 * node's Asterisk: there the page registers besides, until nobody is listened to any more.
 */
import { computed, effect, type ReadonlySignal, signal } from "@preact/signals";

export interface Ear {
  readonly state: ReadonlySignal<EarState>;
  /** The server's sentence where there is no headset. */
  readonly why: ReadonlySignal<string>;
  start(): Promise<void>;
  /** Whether a call is on it. */
  readonly called: ReadonlySignal<boolean>;
  mute(shut: boolean): void;
  beep(): void;
  hangUp(): void;
  stop(): void;
}
/** `none`: this floor has no headset in the browser for this person; `microphone`: there is none, or it may not be used. */
export type EarState = "off" | "registering" | "ready" | "failed" | "none" | "microphone";

/** How long an order to listen waits for the headset: without it the server would call nobody. */
const WAIT_MS = 6_000;

/** By node; "" is the page's own. */
const ears = signal<ReadonlyMap<string, Ear>>(new Map());
/** The node of the headset that was asked for last. */
const worn = signal("");
const ear = computed(() => ears.value.get(worn.value));
export const earState = computed<EarState>(() => ear.value?.state.value ?? "off");
export const earWhy = computed(() => ear.value?.why.value ?? "");
/** The headset at the page's own Asterisk, where debtors are handed over. */
const home = computed(() => ears.value.get(""));
export const homeState = computed<EarState>(() => home.value?.state.value ?? "off");
export const homeCalled = computed(() => home.value?.called.value ?? false);
export const beep = () => home.peek()?.beep();
export const hangUp = () => home.peek()?.hangUp();

/** Whoever only listens is heard by nobody. */
export const shutIn = (mode: string): boolean => mode === "listen" || mode === "";

/** Connect the headset, once for each node, and come back when it can be called or it is known that it cannot. */
export async function connect(make: (node: string) => Promise<Ear>, node = ""): Promise<void> {
  if (!ears.value.has(node)) {
    const made = await make(node);
    ears.value = new Map(ears.value).set(node, made);
    worn.value = node;
    made.mute(true);
    await made.start();
  }
  worn.value = node;
  await settled();
}

/** The microphone, as the way of being on the line wants it. On no line: no headset stays at another node.
 *
 * A debtor who is `handed` over hears whoever takes them, at the page's own Asterisk and nowhere else.
 * An effect calls it for each word of the server, and not for a headset that is only being connected.
 */
export function follow(mode: string, handed = false): void {
  const shut = (node: string) => (handed ? node !== "" : node !== worn.peek() || shutIn(mode));
  for (const [node, one] of ears.peek()) one.mute(shut(node));
  if (mode === "") leave((node) => node !== "");
}

export function disconnect(): void {
  leave(() => true);
}

function leave(which: (node: string) => boolean): void {
  for (const [node, one] of ears.peek()) if (which(node)) one.stop();
  ears.value = new Map([...ears.peek()].filter(([node]) => !which(node)));
  if (which(worn.peek())) worn.value = "";
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
