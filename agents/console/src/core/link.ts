import { type Signal, signal } from "@preact/signals";

/** One WebSocket that comes back by itself, and measures its own health.
 *
 * `latencyMs` is the last ping's round trip, `jitterMs` the smoothed difference between successive ones (as RFC 3550
 * smooths it: a sixteenth of each). A link that hears nothing for `SILENT_MS` is taken for dead.
 */
export type Health = { state: "connecting" | "open" | "lost" | "ended"; latencyMs: number; jitterMs: number };

const PING_MS = 2_000;
const SILENT_MS = 7_000;
const RETRY_MS = [250, 500, 1_000, 2_000, 4_000] as const;
/** Closings after which coming back would be wrong; see agents/edge/link.py. */
const FINAL = new Set([1000, 4401, 4403, 4409]);

type Listener<In> = (message: In) => void;

export class Link<In extends { type: string }, Out> {
  readonly health: Signal<Health> = signal({ state: "connecting", latencyMs: 0, jitterMs: 0 });
  private socket: WebSocket | null = null;
  private failures = 0;
  private heardAt = 0;
  private pings = new Map<number, number>();
  private n = 0;
  private beat: ReturnType<typeof setInterval> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly path: string,
    private readonly token: string,
    private readonly on: { message: Listener<In>; open?: () => void; ended: (code: number, reason: string) => void },
  ) {
    this.open();
    addEventListener("online", this.hurry);
  }

  /** Whether it went out; what must not be lost is kept by who sends it, and sent again on `open`. */
  send(message: Out): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN) return false;
    this.socket.send(JSON.stringify(message));
    return true;
  }

  close(): void {
    this.stop("ended");
    this.socket?.close(1000);
  }

  private open(): void {
    const address = new URL(this.path, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address, ["cintillo.v1", `token.${this.token}`]);
    this.socket = socket;
    socket.onopen = () => this.opened();
    socket.onmessage = (event) => this.heard(JSON.parse(event.data));
    socket.onclose = (event) => socket === this.socket && this.closed(event.code, event.reason);
  }

  private opened(): void {
    this.failures = 0;
    this.heardAt = performance.now();
    this.pings.clear();
    this.set({ state: "open" });
    clearInterval(this.beat);
    this.beat = setInterval(() => this.ping(), PING_MS);
    this.on.open?.();
    this.ping();
  }

  private ping(): void {
    if (performance.now() - this.heardAt > SILENT_MS) {
      // The socket itself may take minutes to notice that the network is gone.
      const dead = this.socket;
      this.closed(1006, "");
      dead?.close();
      return;
    }
    this.n += 1;
    this.pings.set(this.n, performance.now());
    this.send({ type: "ping", n: this.n } as Out);
  }

  private heard(message: In): void {
    this.heardAt = performance.now();
    if (message.type !== "pong") {
      this.on.message(message);
      return;
    }
    const n = (message as unknown as { n?: number }).n ?? 0;
    const sent = this.pings.get(n);
    if (sent === undefined) return;
    this.pings.delete(n);
    const latencyMs = this.heardAt - sent;
    const { latencyMs: before, jitterMs } = this.health.value;
    const step = before ? Math.abs(latencyMs - before) - jitterMs : 0;
    this.set({ latencyMs, jitterMs: jitterMs + step / 16 });
  }

  private closed(code: number, reason: string): void {
    this.socket = null;
    clearInterval(this.beat);
    if (FINAL.has(code)) {
      this.stop("ended");
      this.on.ended(code, reason);
      return;
    }
    this.set({ state: "lost" });
    const wait = RETRY_MS[Math.min(this.failures, RETRY_MS.length - 1)] ?? 4_000;
    this.failures += 1;
    clearTimeout(this.retry);
    this.retry = setTimeout(() => this.open(), wait * (0.75 + Math.random() / 2));
  }

  private readonly hurry = (): void => {
    if (this.socket) return;
    clearTimeout(this.retry);
    this.open();
  };

  private stop(state: Health["state"]): void {
    removeEventListener("online", this.hurry);
    clearInterval(this.beat);
    clearTimeout(this.retry);
    this.set({ state });
  }

  private set(part: Partial<Health>): void {
    this.health.value = { ...this.health.value, ...part };
  }
}
