/** The agent's place on the floor as the server tells it: state, call, messages, and what may be asked for. */
import { signal } from "@preact/signals";
import { Drafts } from "../core/drafts";
import { FloorClock } from "../core/floortime";
import { type Health, Link } from "../core/link";
import type {
  ClientMessage,
  Consult,
  Notice,
  Overheard,
  PauseReason,
  ServerMessage,
  StateChanged,
  Welcome,
} from "../core/protocol";
import { zone } from "../core/session";
import { type Body, Writing } from "./writing";

export type Post = { send(message: ClientMessage): boolean; close(): void; health: { value: Health } };
export type Heard = {
  message: (message: ServerMessage) => void;
  open: () => void;
  ended: (code: number, reason: string) => void;
};
export type Read = Notice & { read: boolean };
export type Alert = { id: number; text: string };
/** What was asked of the server and not answered in time. */
export type Silence = "transfer" | "hand";

const ANSWER_MS = 6_000;
const FREE = new Set(["disponible", "pausa", "desconectado"]);
const ON_A_CALL = new Set(["hablando", "espera"]);

export class Desk {
  readonly clock: FloorClock;
  readonly welcome = signal<Welcome | null>(null);
  readonly state = signal<StateChanged>({ type: "state", state: "conectando", since_ms: 0 });
  /** The case whose card was read and who is being called now; 0: none. */
  readonly dialing = signal(0);
  /** What happens after the present call: a pause's reason, or "". */
  readonly wanted = signal("");
  readonly notices = signal<readonly Read[]>([]);
  readonly overheard = signal<Overheard | null>(null);
  readonly consult = signal<Consult | null>(null);
  /** Who outside has the debtor whose gestión is still mine. */
  readonly handed = signal("");
  readonly hand = signal(false);
  readonly alerts = signal<readonly Alert[]>([]);
  readonly silent = signal<Silence | "">("");
  readonly ended = signal<{ code: number; reason: string } | null>(null);
  /** Milliseconds of each pause that were spent since `welcome` counted them. */
  readonly spent = signal<Record<string, number>>({});
  readonly writing: Writing;
  readonly post: Post;
  private waits: ReturnType<typeof setTimeout> | undefined;
  private alerted = 0;

  constructor(
    readonly agent: string,
    connect: (heard: Heard) => Post,
    private readonly newCall: () => void,
    clock = new FloorClock(),
  ) {
    this.clock = clock;
    const drafts = new Drafts<Body>(localStorage, agent);
    const when = () => ({ now: this.clock.now(), zone: this.zone });
    this.writing = new Writing(drafts, (message) => this.say(message), when);
    this.clock.set(Date.now());
    this.post = connect({
      message: (message) => this.hear(message),
      open: () => this.writing.opened(),
      ended: (code, reason) => {
        this.ended.value = { code, reason };
      },
    });
    drafts.tidy(this.clock.now());
  }

  get zone(): string {
    return this.welcome.value?.zone || zone();
  }

  get onCall(): boolean {
    return ON_A_CALL.has(this.state.value.state);
  }

  /** A colleague talks with me about the debtor on my screen, who waits with them. */
  get consulted(): boolean {
    const { state, reason } = this.state.value;
    return state === "reservado" && reason === "consulta";
  }

  /** What is left today of a pause that has a budget, the running one counted; negative: it is used up. */
  left(pause: PauseReason, nowMs: number): number {
    const { state, since_ms, reason } = this.state.value;
    const running = state === "pausa" && reason === pause.reason ? nowMs - since_ms : 0;
    return (pause.budget_ms ?? 0) - (pause.used_ms ?? 0) - (this.spent.value[pause.reason] ?? 0) - running;
  }

  say(message: ClientMessage): boolean {
    // The link may speak before `connect` has returned it.
    return this.post?.send(message) ?? false;
  }

  // ── asked by the person ───────────────────────────────────────────────────────────────────────────

  ready(): void {
    this.wanted.value = "";
    this.say({ type: "ready" });
  }

  dial(casoId: number): void {
    if (this.dialing.value !== casoId && this.say({ type: "dial", caso_id: casoId })) this.dialing.value = casoId;
  }

  pause(reason: string): void {
    if (!FREE.has(this.state.value.state)) this.wanted.value = reason;
    this.say({ type: "pause", reason });
  }

  raise(up: boolean): void {
    if (this.say({ type: "hand", up })) this.expect("hand");
  }

  transfer(to: string, attended: boolean, name = to): void {
    this.consult.value = { type: "consult", state: "asked", to: name };
    if (this.say({ type: "transfer", to, attended })) this.expect("transfer");
  }

  read(notice: Read): void {
    this.notices.value = this.notices.value.map((one) => (one === notice ? { ...one, read: true } : one));
  }

  alert(text: string): void {
    this.alerted += 1;
    this.alerts.value = [...this.alerts.value.slice(-2), { id: this.alerted, text }];
  }

  dismiss(id: number): void {
    this.alerts.value = this.alerts.value.filter((one) => one.id !== id);
  }

  stop(): void {
    this.writing.stop();
    clearTimeout(this.waits);
    this.post.close();
  }

  // ── told by the server ────────────────────────────────────────────────────────────────────────────

  private hear(message: ServerMessage): void {
    switch (message.type) {
      case "welcome":
        this.clock.set(message.now_ms);
        this.welcome.value = message;
        this.spent.value = {};
        this.writing.used.value = message.used ?? {};
        break;
      case "state":
        this.moved(message);
        break;
      case "call":
        this.shown(message);
        break;
      case "saved":
        this.writing.saved(message);
        break;
      case "drafted":
        this.writing.drafted(message);
        break;
      case "notice":
        this.notices.value = [{ ...message, read: false }, ...this.notices.value].slice(0, 50);
        break;
      case "overheard":
        this.overheard.value = message.mode ? message : null;
        break;
      case "consult":
        this.consults(message);
        break;
      case "hand":
        this.answered("hand");
        this.hand.value = message.up;
        break;
      case "problem":
        this.problem(message.code, message.detail);
        break;
    }
  }

  private moved(state: StateChanged): void {
    const before = this.state.value;
    if (before.state === "pausa" && before.since_ms) {
      const reason = before.reason ?? "";
      const spent = (this.spent.value[reason] ?? 0) + Math.max(0, state.since_ms - before.since_ms);
      this.spent.value = { ...this.spent.value, [reason]: spent };
    }
    this.state.value = state;
    if (state.state !== "reservado") this.dialing.value = 0;
    if (state.state === "pausa" || state.state === "disponible") this.wanted.value = "";
    if (state.state !== "cierre") this.handed.value = "";
    if (!ON_A_CALL.has(state.state)) {
      this.consult.value = null;
      this.overheard.value = null;
    }
    // Free again: nothing is owed, so what is still on the screen is of a call that ended before anybody spoke.
    const call = this.writing.call.value;
    const done = this.writing.saving.value === "saved" && !ON_A_CALL.has(state.state);
    if (call && (FREE.has(state.state) || done)) this.writing.clear();
  }

  private shown(message: Extract<ServerMessage, { type: "call" }>): void {
    const before = this.writing.call.value;
    this.dialing.value = 0;
    this.writing.show(message);
    const same =
      before?.attempt === message.attempt_id && before.card.caso_id === this.writing.call.value?.card.caso_id;
    if (!message.pending && !same) this.newCall();
  }

  private consults(message: Consult): void {
    this.answered("transfer");
    // Handed over: the gestión is the other's now, and nothing of it stays on this screen; unless they are outside.
    if (message.state === "done" && message.yours) this.handed.value = message.to;
    else if (message.state === "done") this.writing.clear();
    this.consult.value = message.state === "done" || message.state === "back" ? null : message;
  }

  private problem(code: string, detail: string): void {
    if (code === "replaced" || this.writing.problem({ type: "problem", code, detail })) return;
    if (code.startsWith("transfer")) this.consults({ type: "consult", state: "failed", to: "", detail });
    else this.alert(detail);
  }

  private expect(what: Silence): void {
    clearTimeout(this.waits);
    this.silent.value = "";
    this.waits = setTimeout(() => {
      this.silent.value = what;
      if (what === "transfer") this.consult.value = null;
    }, ANSWER_MS);
  }

  private answered(what: Silence): void {
    clearTimeout(this.waits);
    if (this.silent.value === what) this.silent.value = "";
  }
}

export function linked(token: string): (heard: Heard) => Post {
  return (heard) => new Link<ServerMessage, ClientMessage>("/ws", token, heard);
}
