/** What `metrics.ledger.Ledger.snapshot` tells of the floor, as TypeScript sees it: the server's file says what each means. */
import type { PauseReason, State } from "../core/protocol";

export interface Figures {
  calls_placed: number;
  answered: number;
  connected: number;
  abandoned: number;
  abandon_ratio: number;
  given_up: number;
  closed: number;
  machine: number;
  gestiones: number;
  gestiones_by_code: Record<string, number>;
  verdicts: Record<string, number>;
  not_placed: Record<string, number>;
  answer_to_agent_ms: { p50: number | null; p99: number | null };
  abandon_ratio_24h: number;
  abandon_ratio_30m: number;
  /** Placed in the last minute. */
  calls_per_minute: number;
  in_flight: Record<string, number>;
  /** Persons on the line who hear no agent yet. */
  waiting: number;
  cases: { total: number; touched: number };
}

/** The pacer's last word about a cartera. */
export interface Pacing {
  at_ms: number;
  wanted: number;
  placed: number;
  free: number;
  in_flight: number;
  waiting: number;
  bound_by: string;
  why: string;
  answers: number;
  supply: number;
  price: number;
  risk: number;
  budget_left: number;
}

export interface Cartera extends Figures {
  enabled: boolean;
  mode: string;
  abandon_ratio_max: number | null;
  pacing: Pacing | null;
  queue: Record<string, number>;
  /** Somebody stopped it: why, who and since when. */
  held?: Held | null;
  /** The published strategy in force (0: the file's), and why the newest one is not. */
  version?: { number: number; unfit: string };
  /** Compromisos of the day, where the server counts them. */
  promises?: number;
  goal?: { promises?: number | null; contacts?: number | null } | null;
}

export interface Held {
  by: string;
  reason: string;
  at_ms: number;
}

export interface Agent {
  agent_id: string;
  state: State;
  since_ms: number;
  reason: string;
  attempt_id: string;
  carteras: readonly string[];
  calls: number;
  gestiones: number;
  name?: string;
  /** Since when the hand is up; 0: down. */
  hand_ms?: number;
  /** What was spent today of the present pause's reason before it began. */
  spent_ms?: number;
  node?: string;
}

export interface Pbx {
  up: boolean;
  since_ms: number;
  reconnects: number;
  lag_ms: number;
  messages: number;
  garbage: number;
}

export interface Node {
  node: string;
  /** The node's own clock when it last told its part. */
  now_ms?: number;
  pbx?: Pbx;
}

export interface Floor {
  now_ms: number;
  since_ms: number;
  node: string;
  total: Figures;
  carteras: Record<string, Cartera>;
  agents: readonly Agent[];
  agents_by_state: Record<State, number>;
  occupancy: number;
  pbx: Pbx;
  loop_lag_ms: number;
  recorder_backlog: number;
  nodes?: readonly Node[];
  /** The kinds of pause there are, where the server tells them. */
  pauses?: readonly PauseReason[];
}
