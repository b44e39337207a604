// Made by `python -m agents.protocol_ts` from agents/messages.py and agents/supervising.py: edit those.

export type State =
  | "desconectado"
  | "conectando"
  | "disponible"
  | "reservado"
  | "hablando"
  | "espera"
  | "cierre"
  | "pausa";

/** "Disponible": send me calls (also the «siguiente» of the wrap-up). */
export interface Ready {
  type: "ready";
}

/** Ask for a pause after the present call. */
export interface Pause {
  type: "pause";
  reason: string;
}

/** End the call on my screen. */
export interface Hangup {
  type: "hangup";
}

/** Put the debtor on hold. */
export interface Hold {
  type: "hold";
}

/** Take the debtor back. */
export interface Resume {
  type: "resume";
}

/** The browser's headset has registered and no call is on it. */
export interface Registered {
  type: "registered";
}

/** A compromiso: ISO date and amount in CLP as a decimal string. */
export interface Promise {
  date: string;
  amount: string;
}

/** A rellamado: when, and whether any agent (pool) or only this one calls; left out, as the tree says. */
export interface Callback {
  at_ms: number;
  pool?: boolean | null;
  consent?: boolean;
}

/** What came of the call. `trace` lists the script's nodes shown, in order; `ticked` the mandatory ones read out. */
export interface Gestion {
  type: "gestion";
  attempt_id: string;
  code: string;
  comment?: string;
  promise?: Promise | null;
  callback?: Callback | null;
  trace?: readonly string[];
  ticked?: readonly string[];
  address?: string;
}

/** Call the debtor whose card I am reading (`CallShown.preview`); `caso_id` as in the card. */
export interface Dial {
  type: "dial";
  caso_id: number;
}

/** Leave the debtor whose card I am reading for later. */
export interface Skip {
  type: "skip";
  caso_id: number;
  reason: string;
}

/** The half-written gestión of a call, as the page keeps it (JSON, of its own making): answered by `Drafted`. */
export interface Draft {
  type: "draft";
  attempt_id: string;
  text: string;
}

/** Raise the hand, or lower it: the supervisor's page shows it. */
export interface Hand {
  type: "hand";
  up: boolean;
}

/** Hand the debtor over: `to` is an ejecutivo's or supervisor's code, a telephone of the directory (``ext:<code>``), */
export interface Transfer {
  type: "transfer";
  to: string;
  attended?: boolean;
}

/** Hand the debtor, who is on hold, over to whom I am talking to. */
export interface TransferDone {
  type: "transfer_done";
}

/** End the consultation and take the debtor back. */
export interface TransferBack {
  type: "transfer_back";
}

/** Answered by `Pong` with the same `n`: the console measures its link. */
export interface Ping {
  type: "ping";
  n?: number;
}

/** Leave for good (closing the page without it keeps the conversation going). */
export interface Logout {
  type: "logout";
}

/** A kind of pause: its code, how the screen calls it, the day's budget (0: none) and what is spent of it today. */
export interface PauseReason {
  reason: string;
  label: string;
  budget_ms?: number;
  used_ms?: number;
}

/** The first message after connecting. `pauses`: what the agent may choose from, in the settings' order. */
export interface Welcome {
  type: "welcome";
  agent_id: string;
  name: string;
  role: string;
  carteras: readonly string[];
  now_ms: number;
  pauses?: readonly PauseReason[];
  zone?: string;
  used?: Record<string, Record<string, number>>;
}

/** The agent's state as the engine has it. */
export interface StateChanged {
  type: "state";
  state: State;
  since_ms: number;
  reason?: string;
  attempt_id?: string;
}

/** A debtor is on the line (or, with `pending`, waits for the gestión of a call that is over). */
export interface CallShown {
  type: "call";
  attempt_id: string;
  cartera: string;
  card: Record<string, unknown>;
  script: Record<string, unknown>;
  tree: Record<string, unknown>;
  pending?: boolean;
  preview?: boolean;
  draft?: string;
}

/** «Guardado»: the gestión is committed. */
export interface Saved {
  type: "saved";
  attempt_id: string;
  gestion_id: number;
  call_ms?: number;
  rule?: string;
  notice?: string;
}

/** The draft is committed. */
export interface Drafted {
  type: "drafted";
  attempt_id: string;
}

/** A supervisor says something to this agent, their cartera or everybody. */
export interface Notice {
  type: "notice";
  by: string;
  text: string;
  at_ms: number;
}

/** A supervisor is on the line: `mode` as in `agents.supervising`, "" when they left. Sent where settings say so. */
export interface Overheard {
  type: "overheard";
  mode: string;
  by?: string;
}

/** How the transfer goes. */
export interface Consult {
  type: "consult";
  state: string;
  to: string;
  detail?: string;
  yours?: boolean;
}

/** Whether the agent's hand is up: they or a supervisor changed it. */
export interface HandUp {
  type: "hand";
  up: boolean;
}

/** What was asked cannot be done: one sentence for the person, and a code for the page. The link stays open. */
export interface Problem {
  type: "problem";
  code: string;
  detail: string;
}

export interface Pong {
  type: "pong";
  n?: number;
}

/** Put this supervisor's headset on the agent's line, or change how it is there. */
export interface FloorSpy {
  type: "spy";
  n: number;
  agent_id: string;
  mode: "listen" | "whisper" | "barge";
}

/** Off the line. */
export interface FloorUnspy {
  type: "unspy";
  n: number;
}

/** The agent works these carteras from the next call on. */
export interface FloorMove {
  type: "move";
  n: number;
  agent_id: string;
  carteras: readonly string[];
}

/** The agent goes into a pause: at once, or after the present call and its gestión. */
export interface FloorForcePause {
  type: "force_pause";
  n: number;
  agent_id: string;
  reason: string;
}

/** The agent leaves the floor: at once, or after the present call. */
export interface FloorForceLogout {
  type: "force_logout";
  n: number;
  agent_id: string;
}

/** The raised hand was seen to. */
export interface FloorLowerHand {
  type: "lower_hand";
  n: number;
  agent_id: string;
}

/** A message to one ejecutivo (``agent_id``), to those of a cartera, or, with neither, to everybody. */
export interface FloorSay {
  type: "say";
  n: number;
  text: string;
  agent_id?: string;
  cartera?: string;
}

/** Place no more calls for the cartera until `Release`: what is in flight goes on, callbacks wait. */
export interface FloorHold {
  type: "hold_cartera";
  n: number;
  cartera: string;
  reason?: string;
}

/** Place calls for the cartera again, as its strategy says. */
export interface FloorRelease {
  type: "release_cartera";
  n: number;
  cartera: string;
}

/** From now on this page takes debtors over, by this supervisor's headset, which is there; or no more. */
export interface FloorReceive {
  type: "receive";
  n: number;
  on: boolean;
}

export interface FloorPing {
  type: "ping";
  n?: number;
}

/** The floor of all nodes: `metrics.ledger.Ledger.snapshot`, joined (`metrics.floors`). */
export interface FloorBoard {
  type: "board";
  floor: Record<string, unknown>;
}

/** This supervisor's headset: on whose line and how; `agent_id` "" when on none (`detail`: why it ended). */
export interface FloorSpying {
  type: "spying";
  agent_id: string;
  mode?: string;
  detail?: string;
}

/** The debtor who is being handed to this supervisor: their headset rings, or they have them; "" : no more. */
export interface FloorHandover {
  type: "handover";
  state: "" | "ringing" | "yours";
  agent?: string;
  attended?: boolean;
  cartera?: string;
  debtor?: string;
  rut?: string;
  saldo?: Record<string, string>;
}

/** This page takes no debtors over any more: another page of the same supervisor does. */
export interface FloorReceiving {
  type: "receiving";
  on: boolean;
  detail?: string;
}

export interface FloorDone {
  type: "done";
  n: number;
}

/** The order with this number cannot be carried out: one sentence for the person, and a code for the page. */
export interface FloorRefusal {
  type: "refusal";
  n: number;
  code: string;
  detail: string;
}

export type ClientMessage =
  | Ready
  | Pause
  | Hangup
  | Hold
  | Resume
  | Registered
  | Gestion
  | Dial
  | Skip
  | Draft
  | Hand
  | Transfer
  | TransferDone
  | TransferBack
  | Ping
  | Logout;

export type ServerMessage =
  | Welcome
  | StateChanged
  | CallShown
  | Saved
  | Drafted
  | Notice
  | Overheard
  | Consult
  | HandUp
  | Problem
  | Pong;

export type SupervisorSays =
  | FloorSpy
  | FloorUnspy
  | FloorMove
  | FloorForcePause
  | FloorForceLogout
  | FloorLowerHand
  | FloorSay
  | FloorHold
  | FloorRelease
  | FloorReceive
  | FloorPing;

export type SupervisorHears =
  | FloorBoard
  | FloorSpying
  | FloorHandover
  | FloorReceiving
  | FloorDone
  | FloorRefusal
  | Pong;
