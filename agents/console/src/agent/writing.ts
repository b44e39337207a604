/** The gestión of the call on the screen, from the first keystroke to «guardado». */
import { signal } from "@preact/signals";
import type { Drafts } from "../core/drafts";
import type { CallShown, ClientMessage, Drafted, Problem, Saved } from "../core/protocol";
import type { Arbol, Card, Guion } from "./card";
import { choose, chosen, EMPTY, type Faults, type Form, faults, gestion, type When } from "./form";
import { begin, resume, suggested, type Walk } from "./guion";
import { type Counts, counted } from "./tipificacion";

export type Shown = {
  attempt: string;
  cartera: string;
  card: Card;
  guion: Guion;
  arbol: Arbol;
  pending: boolean;
  preview: boolean;
};
export type Body = { form: Form; walk: Walk };
/** `waiting`: sent, and the server could not commit it or does not answer: it is sent again until it does. */
export type Saving = "" | "sending" | "waiting" | "saved";

const IDLE_MS = 400;
const AGAIN_MS = 4_000;
const OF_A_GESTION = new Set(["gestion_refused", "gestion_exists", "not_saved", "no_such_call"]);

export class Writing {
  readonly call = signal<Shown | null>(null);
  readonly form = signal<Form>(EMPTY);
  readonly walk = signal<Walk>([]);
  /** Where the latest keystroke is kept by now. */
  readonly kept = signal<"" | "here" | "server">("");
  readonly saving = signal<Saving>("");
  /** What the server answered to the last attempt to save, or to one that it saved. */
  readonly refusal = signal("");
  readonly notice = signal("");
  /** Whether saving was tried: only then is an empty field a fault. */
  readonly tried = signal(false);
  /** How often this agent saved each result in the last thirty days, by tree: the server's count and what came since. */
  readonly used = signal<Record<string, Counts>>({});
  private idle: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  /** Sent over the present connection and not answered, in order: the server answers in order. */
  private asked: string[] = [];

  constructor(
    private readonly drafts: Drafts<Body>,
    private readonly send: (message: ClientMessage) => boolean,
    private readonly when: () => When,
  ) {}

  /** Whether the call on the screen still waits for its gestión. */
  get owed(): boolean {
    return this.call.value !== null && this.saving.value !== "saved";
  }

  show(message: CallShown): void {
    this.flush();
    const shown = typed(message);
    this.call.value = shown;
    const kept = shown.attempt ? this.drafts.recall(shown.attempt, message.draft ?? "") : null;
    this.form.value = { ...EMPTY, ...kept?.body.form };
    this.walk.value = kept ? resume(shown.guion, kept.body.walk ?? []) : begin(shown.guion);
    this.kept.value = kept ? "here" : "";
    this.tried.value = false;
    this.refusal.value = "";
    this.notice.value = "";
    const unanswered = this.drafts.unanswered().some((one) => one.attempt_id === shown.attempt);
    this.saving.value = unanswered ? "sending" : "";
  }

  clear(): void {
    this.flush();
    this.call.value = null;
    this.form.value = EMPTY;
    this.walk.value = [];
    this.saving.value = "";
  }

  change(part: Partial<Form>): void {
    if (this.saving.value) return;
    this.form.value = { ...this.form.value, ...part };
    this.refusal.value = "";
    this.keep();
  }

  choose(code: string): void {
    const call = this.call.value;
    const one = call?.arbol.dispositions.find((each) => each.code === code);
    if (call && one) this.change(choose(this.form.value, one, call.card, this.when()));
  }

  /** The script moved; an end that suggests a result preselects it where nobody chose another one. */
  step(walk: Walk): void {
    const call = this.call.value;
    if (!call) return;
    const before = suggested(call.guion, this.walk.value);
    this.walk.value = walk;
    const code = suggested(call.guion, walk);
    if (code && (!this.form.value.code || this.form.value.code === before)) this.choose(code);
    this.keep();
  }

  faults(): Faults {
    const call = this.call.value;
    return call ? faults(call.arbol, this.form.value, this.when()) : {};
  }

  /** Send the gestión; false, and nothing sent, while something is missing. */
  save(): boolean {
    const call = this.call.value;
    if (!call?.attempt || this.saving.value) return false;
    this.tried.value = true;
    if (Object.keys(this.faults()).length) return false;
    const when = this.when();
    const message = gestion(call.attempt, call.arbol, this.form.value, [call.guion, this.walk.value], when);
    this.quiet();
    this.drafts.sending(message, when.now);
    this.saving.value = "sending";
    this.refusal.value = "";
    this.asked.push(call.attempt);
    this.send(message);
    this.repeat();
    return true;
  }

  /** The link is (again) open: what was sent and not answered goes out once more; the server saves it only once. */
  opened(): void {
    this.asked = [];
    this.resend();
    if (this.kept.value === "here") this.tell();
  }

  saved(message: Saved): void {
    this.settle(message.attempt_id);
    const call = this.call.value;
    if (call?.attempt !== message.attempt_id) {
      this.notice.value = message.notice ?? "";
      return;
    }
    const one = chosen(call.arbol, this.form.value);
    if (one) this.used.value = counted(this.used.value, call.arbol.id, one.code);
    this.saving.value = "saved";
    this.notice.value = message.notice ?? "";
  }

  drafted(message: Drafted): void {
    if (message.attempt_id === this.call.value?.attempt && this.idle === undefined) this.kept.value = "server";
  }

  /** Whether the problem was about a gestión, and is dealt with. */
  problem(message: Problem): boolean {
    const attempt = this.asked[0];
    if (attempt === undefined || !OF_A_GESTION.has(message.code)) return false;
    if (message.code === "gestion_exists") {
      this.saved({ type: "saved", attempt_id: attempt, gestion_id: 0, notice: message.detail });
      return true;
    }
    this.asked.shift();
    const mine = attempt === this.call.value?.attempt;
    if (mine) this.refusal.value = message.detail;
    if (message.code === "not_saved") {
      if (mine) this.saving.value = "waiting";
      this.repeat();
      return true;
    }
    this.drafts.refused(attempt);
    if (mine) this.saving.value = "";
    return mine;
  }

  /** The page goes: nothing is left in timers. */
  flush(): void {
    if (this.idle !== undefined) this.tell();
  }

  stop(): void {
    this.flush();
    clearTimeout(this.again);
  }

  private settle(attempt: string): void {
    this.asked = this.asked.filter((one) => one !== attempt);
    this.drafts.saved(attempt);
    if (attempt === this.call.value?.attempt) this.quiet();
  }

  /** No draft goes out any more: one that came after the gestión would outlive it. */
  private quiet(): void {
    clearTimeout(this.idle);
    this.idle = undefined;
  }

  private repeat(): void {
    clearTimeout(this.again);
    this.again = setTimeout(() => this.resend(), AGAIN_MS);
  }

  private resend(): void {
    const waiting = this.drafts.unanswered();
    for (const one of waiting) {
      if (!this.asked.includes(one.attempt_id)) this.asked.push(one.attempt_id);
      this.send(one);
      if (one.attempt_id === this.call.value?.attempt) this.saving.value = "waiting";
    }
    if (waiting.length) this.repeat();
  }

  private keep(): void {
    const attempt = this.call.value?.attempt;
    if (!attempt || this.saving.value) return;
    this.drafts.keep(attempt, this.body());
    this.kept.value = "here";
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.tell(), IDLE_MS);
  }

  private tell(): void {
    this.quiet();
    const attempt = this.call.value?.attempt;
    if (attempt && !this.saving.value)
      this.send({ type: "draft", attempt_id: attempt, text: JSON.stringify(this.body()) });
  }

  private body() {
    return { at_ms: this.when().now, body: { form: this.form.value, walk: this.walk.value } };
  }
}

function typed(message: CallShown): Shown {
  return {
    attempt: message.attempt_id,
    cartera: message.cartera,
    card: message.card as unknown as Card,
    guion: message.script as unknown as Guion,
    arbol: message.tree as unknown as Arbol,
    pending: message.pending ?? false,
    preview: message.preview ?? false,
  };
}
