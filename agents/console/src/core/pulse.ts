/** Whether Asterisk still hears this page.
 *
 * Over a network that is dead a WebSocket neither ends nor fails, and SIP would find out with the next registration,
 * minutes later. So Asterisk is asked every few seconds; where no answer comes, or no connection is made, the socket is
 * taken for dead and JsSIP makes a new one. The call that is on goes on meanwhile: its sound has a way of its own.
 */
import type { UA } from "jssip";
import type { Socket } from "jssip/lib/Socket";

export const EVERY_MS = 4_000;
export const ANSWER_MS = 4_000;
const LOOK_MS = 500;

type Answers = { succeeded: () => void; failed: (said: { originator: string }) => void };
/** JsSIP's own typings leave it out. */
export type Asks = Pick<UA, "isConnected"> & {
  sendOptions(target: string, body: undefined, options: { eventHandlers: Answers }): unknown;
};
export type Line = Pick<Socket, "disconnect" | "ondisconnect" | "isConnecting">;

export class Pulse {
  private askedAt = 0;
  private heardAt: number;
  private connectingAt = 0;
  private readonly timer: ReturnType<typeof setInterval>;

  constructor(
    private readonly ua: Asks,
    private readonly socket: Line,
    private readonly target: string,
  ) {
    this.heardAt = performance.now();
    this.timer = setInterval(() => this.look(performance.now()), LOOK_MS);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private look(now: number): void {
    if (!this.ua.isConnected()) {
      this.askedAt = 0;
      this.heardAt = now;
      this.connecting(now);
    } else if (this.askedAt) {
      if (now - this.askedAt > ANSWER_MS) this.drop();
    } else if (now - this.heardAt > EVERY_MS) this.ask(now);
  }

  private connecting(now: number): void {
    if (!this.socket.isConnecting()) this.connectingAt = 0;
    else if (!this.connectingAt) this.connectingAt = now;
    else if (now - this.connectingAt > ANSWER_MS) this.drop();
  }

  private ask(now: number): void {
    this.askedAt = now;
    const heard = () => {
      if (this.askedAt !== now) return;
      this.askedAt = 0;
      this.heardAt = performance.now();
    };
    // A refusal is an answer too; only one that JsSIP makes up itself is none.
    const failed = ({ originator }: { originator: string }) => originator === "remote" && heard();
    this.ua.sendOptions(this.target, undefined, { eventHandlers: { succeeded: heard, failed } });
  }

  private drop(): void {
    this.askedAt = this.connectingAt = 0;
    this.socket.disconnect();
    this.socket.ondisconnect(true, 1006, "");
  }
}
