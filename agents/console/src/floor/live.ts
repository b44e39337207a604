import { batch, computed, signal } from "@preact/signals";
import type { Ask } from "../core/api";
import { Link } from "../core/link";
import type { FloorSpying, SupervisorHears, SupervisorSays } from "../core/protocol";
import type { Ears } from "./actions";
import type { Floor } from "./board";
import { answered, asked, cut, NOTHING, type Orders, putAway, swept } from "./orders";
import * as receiving from "./receiving";
import { added, type Point, point } from "./series";

/** What is asked, without the number that `order` gives it. */
export type Wish = SupervisorSays extends infer One ? (One extends { n: number } ? Omit<One, "n"> : never) : never;

/** A board is live while it is no older than its own beat, with room for the way here. */
const LIVE_MS = 2_000;
const TICK_MS = 250;

/** The floor as this page knows it: the last board, the floor's clock, what was asked and what came of it. */
export class Live {
  readonly floor = signal<Floor | null>(null);
  /** The floor's clock, in whole seconds. */
  readonly nowMs = signal(0);
  readonly orders = signal<Orders>(NOTHING);
  readonly points = signal<readonly Point[]>([]);
  readonly ears = signal<Ears & { detail: string }>({ agent_id: "", mode: "", detail: "" });
  /** How old the board is, in whole seconds; 0 while it is live. */
  readonly oldS = signal(0);
  readonly linkState = computed(() => this.link.value?.health.value.state ?? "connecting");
  /** The session ended, on the server's word. */
  readonly ended = signal("");

  private readonly link = signal<Link<SupervisorHears, SupervisorSays> | null>(null);
  private offsetMs = 0;
  private heardAt = 0;
  private n = 0;
  private ticking: ReturnType<typeof setInterval> | undefined;

  start(token: string, ask: Ask, board: boolean): void {
    this.ticking = setInterval(() => this.tick(), TICK_MS);
    ask<{ now_ms: number }>("/api/health")
      .then(({ now_ms }) => this.clock(now_ms))
      .catch(() => undefined);
    if (!board) return;
    this.link.value = new Link("/ws/piso", token, {
      message: (message) => this.hear(message),
      ended: (_code, reason) => {
        this.ended.value = reason || "-";
      },
    });
  }

  stop(): void {
    clearInterval(this.ticking);
    this.link.value?.close();
    this.link.value = null;
  }

  /** Ask for something; `on` is where its outcome is shown, `verb` what it is called there. */
  order(on: string, verb: string, wish: Wish): void {
    this.n += 1;
    const at = performance.now();
    const sent = this.link.value?.send({ ...wish, n: this.n } as SupervisorSays) ?? false;
    const orders = asked(this.orders.value, on, this.n, verb, at);
    this.orders.value = sent ? orders : answered(orders, this.n, "", at);
  }

  putAway(on: string): void {
    this.orders.value = putAway(this.orders.value, on);
  }

  take(floor: Floor): void {
    batch(() => {
      this.heardAt = performance.now();
      this.clock(floor.now_ms);
      this.floor.value = floor;
      this.points.value = added(this.points.value, point(floor));
      this.oldS.value = 0;
    });
  }

  hear(message: SupervisorHears): void {
    if (message.type === "board") this.take(message.floor as unknown as Floor);
    else if (message.type === "spying") this.heardOf(message);
    else if (message.type === "handover") receiving.hear(message);
    else if (message.type === "receiving") receiving.turnedOff(message.detail ?? "");
    else if (message.type === "done")
      this.orders.value = answered(this.orders.value, message.n, null, performance.now());
    else if (message.type === "refusal")
      this.orders.value = answered(this.orders.value, message.n, message.detail, performance.now());
  }

  private heardOf({ agent_id, mode = "", detail = "" }: FloorSpying): void {
    this.ears.value = { agent_id, mode, detail };
  }

  private clock(now_ms: number): void {
    this.offsetMs = now_ms - performance.now();
    this.nowMs.value = now_ms - (now_ms % 1000);
  }

  private tick(): void {
    const at = performance.now();
    batch(() => {
      if (this.offsetMs) this.nowMs.value = Math.floor((at + this.offsetMs) / 1000) * 1000;
      if (this.floor.value) this.oldS.value = at - this.heardAt > LIVE_MS ? Math.floor((at - this.heardAt) / 1000) : 0;
      this.orders.value = swept(this.linkState.value === "lost" ? cut(this.orders.value) : this.orders.value, at);
    });
  }
}

export const live = new Live();
