import type { PauseReason, State } from "../core/protocol";
import { plain } from "../core/text";
import type { Agent } from "./board";

/** Who is nearest to a debtor first: the order of the states on the page. */
export const STATES: readonly State[] = [
  "disponible",
  "reservado",
  "hablando",
  "espera",
  "cierre",
  "pausa",
  "conectando",
  "desconectado",
];

export type Column = "agent" | "state" | "since" | "cartera" | "calls" | "gestiones" | "node";
export type Order = { column: Column; down: boolean };
/** `state` and `cartera` "": any. */
export type Filter = { text: string; state: State | ""; cartera: string };

export const EVERYBODY: Filter = { text: "", state: "", cartera: "" };

type Key = (agent: Agent) => string | number;

const KEYS: Record<Column, Key> = {
  agent: (agent) => agent.agent_id,
  state: (agent) => STATES.indexOf(agent.state),
  // Whoever has been so for longest comes first.
  since: (agent) => agent.since_ms,
  cartera: (agent) => agent.carteras.join(" "),
  calls: (agent) => agent.calls,
  gestiones: (agent) => agent.gestiones,
  node: (agent) => agent.node ?? "",
};

/** The agents to be shown: raised hands first, longest raised on top, then as the order says; ties by id. */
export function shown(agents: readonly Agent[], filter: Filter, order: Order): Agent[] {
  const key = KEYS[order.column];
  const way = order.down ? -1 : 1;
  return agents
    .filter((agent) => passes(agent, filter))
    .sort((a, b) => byHand(a, b) || way * compare(key(a), key(b)) || compare(a.agent_id, b.agent_id));
}

function passes(agent: Agent, { text, state, cartera }: Filter): boolean {
  if (state && agent.state !== state) return false;
  if (cartera && !agent.carteras.includes(cartera)) return false;
  return !text || plain(`${agent.agent_id} ${agent.name ?? ""} ${agent.reason}`).includes(plain(text.trim()));
}

function byHand(a: Agent, b: Agent): number {
  return (a.hand_ms || Infinity) === (b.hand_ms || Infinity) ? 0 : (a.hand_ms || Infinity) - (b.hand_ms || Infinity);
}

function compare(a: string | number, b: string | number): number {
  return typeof a === "string" ? a.localeCompare(String(b), "es", { numeric: true }) : a - Number(b);
}

/** The order after a click on a column's head: the same column turns round, another begins upwards. */
export function turned(order: Order, column: Column): Order {
  return { column, down: order.column === column && !order.down };
}

export function called(agent: Agent): string {
  return agent.name ? `${agent.name} (${agent.agent_id})` : agent.agent_id;
}

export function handsUp(agents: readonly Agent[]): number {
  return agents.filter((agent) => agent.hand_ms).length;
}

/** How far the agent's pause is beyond its day's budget; 0: it is not, or has none. */
export function overMs(agent: Agent, pauses: readonly PauseReason[], nowMs: number): number {
  const budget = pauses.find((it) => it.reason === agent.reason)?.budget_ms ?? 0;
  if (agent.state !== "pausa" || !budget) return 0;
  return Math.max(0, (agent.spent_ms ?? 0) + nowMs - agent.since_ms - budget);
}
