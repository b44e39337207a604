import type { Ask } from "../core/api";
import type { Floor } from "./board";

const EVERY_MS = 1_000;

/** The board over REST while there is no WebSocket that brings it: for a server that has none. */
export function polling(ask: Ask, served: () => boolean, take: (floor: Floor) => void): ReturnType<typeof setInterval> {
  let under = false;
  return setInterval(() => {
    if (under || served()) return;
    under = true;
    ask<Floor>("/api/floor")
      .then((floor) => served() || take(floor))
      .catch(() => undefined)
      .finally(() => {
        under = false;
      });
  }, EVERY_MS);
}
