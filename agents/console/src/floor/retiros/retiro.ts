/** A pick-up of a payment, as `GET /api/retiros` tells it. */
export interface Retiro {
  id: number;
  state: RetiroState;
  mandante: string;
  cartera: string;
  rut: string;
  name: string;
  address: string;
  amount: string;
  currency: string;
  due: string;
  requested_by: string;
  requested_ms: number;
  approved_by: string;
  approved_ms: number | null;
  assigned_to: string;
  receipt: string;
  done_amount: string | null;
  done_on: string | null;
  rendicion_id: number | null;
  steps: readonly { at_ms: number; by: string; to: string; note: string }[];
}
export const RETIRO_STATES = [
  "solicitado",
  "aprobado",
  "asignado",
  "realizado",
  "rendido",
  "rechazado",
  "anulado",
] as const;
export type RetiroState = (typeof RETIRO_STATES)[number];
export type Act = "approve" | "reject" | "assign" | "done" | "annul";

/** The server's table (`dialer/carteras/retiro.py`), so that only what can be done is offered; the server judges. */
const TABLE: Partial<Record<RetiroState, readonly Act[]>> = {
  solicitado: ["approve", "reject", "annul"],
  aprobado: ["assign", "annul"],
  asignado: ["done", "assign", "annul"],
};
const NEEDS: Record<Act, string> = {
  approve: "approve_retiro",
  reject: "approve_retiro",
  assign: "handle_retiro",
  done: "handle_retiro",
  annul: "handle_retiro",
};

/** What this person may do with it now. `oneself`: they asked for it, and somebody else must judge it. */
export function acts(it: Retiro, me: string, may: (permission: string) => boolean): { act: Act; oneself: boolean }[] {
  return (TABLE[it.state] ?? [])
    .filter((act) => may(NEEDS[act]))
    .map((act) => ({ act, oneself: NEEDS[act] === "approve_retiro" && it.requested_by === me }));
}

/** Whether it can go into a rendición of these: all of one mandante's. */
export function fits(it: Retiro, chosen: readonly Retiro[], me: string): boolean {
  return it.state === "realizado" && it.assigned_to !== me && chosen.every((one) => one.mandante === it.mandante);
}

/** What was received in all, by currency, to the last digit. */
export function received(chosen: readonly Retiro[]): Record<string, string> {
  const sums: Record<string, bigint> = {};
  for (const one of chosen) sums[one.currency] = (sums[one.currency] ?? 0n) + units(one.done_amount ?? "0");
  return Object.fromEntries(Object.entries(sums).map(([currency, sum]) => [currency, decimal(sum)]));
}

const DIGITS = 4;

function units(amount: string): bigint {
  const [whole = "0", cents = ""] = amount.split(".");
  return BigInt(whole + cents.padEnd(DIGITS, "0").slice(0, DIGITS));
}

function decimal(sum: bigint): string {
  const text = String(sum).padStart(DIGITS + 1, "0");
  const cents = text.slice(-DIGITS).replace(/0+$/, "");
  return text.slice(0, -DIGITS) + (cents ? `.${cents}` : "");
}
