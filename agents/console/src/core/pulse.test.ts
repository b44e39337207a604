import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ANSWER_MS, type Asks, EVERY_MS, type Line, Pulse } from "./pulse";

type Handlers = Parameters<Asks["sendOptions"]>[2]["eventHandlers"];

class Asterisk {
  connected = true;
  tries = false;
  drops = 0;
  asked: Handlers[] = [];
  readonly ua: Asks = {
    isConnected: () => this.connected,
    sendOptions: (_target, _body, { eventHandlers }) => this.asked.push(eventHandlers),
  };
  readonly socket: Line = {
    isConnecting: () => this.tries,
    disconnect: () => {
      this.connected = this.tries = false;
    },
    ondisconnect: () => {
      this.drops += 1;
    },
  };
  readonly pulse = new Pulse(this.ua, this.socket, "sip:e01@cintillo");
}

let asterisk: Asterisk;
beforeEach(() => {
  vi.useFakeTimers();
  asterisk = new Asterisk();
});
afterEach(() => {
  asterisk.pulse.stop();
  vi.useRealTimers();
});
const after = (ms: number) => vi.advanceTimersByTime(ms + 1_000);

test("whoever answers, be it with a refusal, is asked again and again and never dropped", () => {
  for (let n = 1; n <= 5; n += 1) {
    after(EVERY_MS);
    expect(asterisk.asked).toHaveLength(n);
    if (n % 2) asterisk.asked.at(-1)?.succeeded();
    else asterisk.asked.at(-1)?.failed({ originator: "remote" });
  }
  after(ANSWER_MS);
  expect(asterisk.drops).toBe(0);
});

test("a socket on which no answer comes is dropped once, so that another is made", () => {
  after(EVERY_MS);
  asterisk.asked.at(-1)?.failed({ originator: "system" });
  after(ANSWER_MS);
  expect(asterisk.drops).toBe(1);
  after(10 * ANSWER_MS);
  expect(asterisk.drops).toBe(1);
});

test("a connection that is not made in time is given up too", () => {
  asterisk.connected = false;
  asterisk.tries = true;
  after(ANSWER_MS / 2);
  expect(asterisk.drops).toBe(0);
  after(ANSWER_MS);
  expect(asterisk.drops).toBe(1);
});
