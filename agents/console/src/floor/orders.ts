/** What was asked of the floor and what came of it, one per thing it was asked of; the newest stands. */
export type Sent = {
  n: number;
  /** What was asked, as the page calls it. */
  verb: string;
  state: "pending" | "done" | "refused" | "lost";
  /** The server's sentence, of a refusal. */
  detail: string;
  at_ms: number;
};
export type Orders = ReadonlyMap<string, Sent>;

export const NOTHING: Orders = new Map();
/** How long a success stays in sight; what did not work stays until something else is asked or it is put away. */
const SHOWN_MS = 5_000;

export const onAgent = (agent_id: string) => `agent:${agent_id}`;
export const onCartera = (cartera: string) => `cartera:${cartera}`;
export const ON_ALL = "all";

export function asked(orders: Orders, on: string, n: number, verb: string, at_ms: number): Orders {
  return new Map(orders).set(on, { n, verb, state: "pending", detail: "", at_ms });
}

export function answered(orders: Orders, n: number, refusal: string | null, at_ms: number): Orders {
  const found = [...orders].find(([, it]) => it.n === n);
  if (!found) return orders;
  const [on, sent] = found;
  const state = refusal === null ? "done" : "refused";
  return new Map(orders).set(on, { ...sent, state, detail: refusal ?? "", at_ms });
}

/** The link is gone: whether what was under way is done, nobody knows. */
export function cut(orders: Orders): Orders {
  if (![...orders.values()].some((it) => it.state === "pending")) return orders;
  return new Map([...orders].map(([on, it]) => [on, it.state === "pending" ? { ...it, state: "lost" } : it]));
}

export function putAway(orders: Orders, on: string): Orders {
  const rest = new Map(orders);
  return rest.delete(on) ? rest : orders;
}

/** Without the successes that were seen for long enough. */
export function swept(orders: Orders, now_ms: number): Orders {
  const old = [...orders].filter(([, it]) => it.state === "done" && now_ms - it.at_ms > SHOWN_MS);
  return old.length ? new Map([...orders].filter((pair) => !old.some(([on]) => on === pair[0]))) : orders;
}
