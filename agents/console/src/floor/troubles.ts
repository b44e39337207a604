import type { Floor } from "./board";

export type Trouble = { what: "pbx" | "old"; node: string; old_ms: number };

/** A node's part of the board is old from here on: it tells its own every second. */
const OLD_MS = 5_000;

/** What keeps the board from being the floor: a PBX that is away, a node that no longer tells its part. */
export function troubles(floor: Floor): Trouble[] {
  if (!floor.nodes?.length) return floor.pbx.up ? [] : [{ what: "pbx", node: "", old_ms: 0 }];
  return floor.nodes.flatMap((it): Trouble[] => {
    const old_ms = it.now_ms === undefined ? 0 : floor.now_ms - it.now_ms;
    if (old_ms > OLD_MS) return [{ what: "old", node: it.node, old_ms }];
    return it.pbx && !it.pbx.up ? [{ what: "pbx", node: it.node, old_ms: 0 }] : [];
  });
}
