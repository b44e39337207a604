/** The gestión being written: which fields its result asks for, what is wrong with each, and the message it becomes.
 *
 * The server judges again (`scripts_llamada/tipificacion.py`); what is said here while one types is the same.
 */
import { daysBetween, local, moment, readDay, readTime } from "../core/floortime";
import type { Gestion } from "../core/protocol";
import type { Arbol, Card, Disposicion, Guion } from "./card";
import { trace, type Walk } from "./guion";

/** As typed. `amount`: bare digits. `pool` null: as the tree says. */
export type Form = {
  code: string;
  comment: string;
  day: string;
  amount: string;
  amountOdd: boolean;
  callDay: string;
  callTime: string;
  pool: boolean | null;
  consent: boolean;
  address: string;
};

export const EMPTY: Form = {
  ...{ code: "", comment: "", day: "", amount: "", amountOdd: false, callDay: "", callTime: "" },
  ...{ pool: null, consent: false, address: "" },
};

export type Field = "code" | "comment" | "day" | "amount" | "call" | "address";
/** The words' key of the sentence, and what fills it. */
export type Fault = { what: FaultName; with?: string | number };
export type FaultName =
  | "noCode"
  | "noComment"
  | "noDay"
  | "badDay"
  | "dayPast"
  | "dayFar"
  | "noAmount"
  | "badAmount"
  | "zeroAmount"
  | "noCall"
  | "badCall"
  | "callPast"
  | "callFar"
  | "noAddress";
export type Faults = Partial<Record<Field, Fault>>;
export type When = { now: number; zone: string };

const DAY_MS = 86_400_000;
/** Whose debt it is: only they may consent to be called again. */
const MAY_ASK = new Set(["directo", "aval"]);

export function fields(one: Disposicion) {
  return {
    promise: one.needs.includes("date") || one.needs.includes("amount"),
    callback: one.needs.includes("datetime"),
    address: one.needs.includes("address"),
    comment: one.comment_needed,
    /** A result that ends the calls takes no rellamado; any other may carry one. */
    mayCallBack: !one.stop && !one.opt_out.includes("call"),
    mayConsent: MAY_ASK.has(one.contact_type),
  };
}

export function chosen(arbol: Arbol, form: Form): Disposicion | undefined {
  return arbol.dispositions.find((one) => one.code === form.code);
}

const HALF_HOUR_MS = 1_800_000;

/** Results of which nobody would be offered the whole debt. */
const IN_PART = /parcial|abono|cuota/i;

/** The form for a result that was just chosen: what it does not ask for stays typed (one may come back). Where they
 * are empty, a promise is offered all that is owed in pesos, a rellamado the hour that it is now. */
export function choose(form: Form, one: Disposicion, card: Card, when: When): Form {
  const asked = fields(one);
  const owed = card.deuda.total.CLP ?? "";
  const offer = asked.promise && !IN_PART.test(one.label) && /^[1-9]\d*$/.test(owed) ? owed : "";
  const amount = form.amount === "" || form.amount === owed ? offer : form.amount;
  const hour = local(Math.ceil(when.now / HALF_HOUR_MS) * HALF_HOUR_MS, when.zone).time;
  return { ...form, code: one.code, amount, callTime: asked.callback && !form.callTime ? hour : form.callTime };
}

const letters = (text: string) => (text.match(/[\p{L}\p{N}]/gu) ?? []).length;

/** What is missing or wrong, by field; empty when it may be sent. */
export function faults(arbol: Arbol, form: Form, when: When): Faults {
  const one = chosen(arbol, form);
  if (!one) return { code: { what: "noCode" } };
  const asked = fields(one);
  const found: [Field, Fault | undefined][] = [
    ["day", asked.promise ? dayFault(form.day, arbol.max_promise_days, when) : undefined],
    ["amount", asked.promise ? amountFault(form) : undefined],
    ["call", wantsCall(one, form) ? callFault(form, arbol.max_callback_days, when) : undefined],
    ["address", asked.address && letters(form.address) < 5 ? { what: "noAddress" } : undefined],
    ["comment", asked.comment && letters(form.comment) < 3 ? { what: "noComment", with: asked.comment } : undefined],
  ];
  return Object.fromEntries(found.filter(([, fault]) => fault));
}

function wantsCall(one: Disposicion, form: Form): boolean {
  const asked = fields(one);
  return asked.callback || (asked.mayCallBack && form.callDay !== "");
}

function dayFault(text: string, daysMax: number, when: When): Fault | undefined {
  if (!text.trim()) return { what: "noDay" };
  const today = local(when.now, when.zone).day;
  const day = readDay(text, today);
  if (day === null) return { what: "badDay" };
  if (day < today) return { what: "dayPast" };
  return daysBetween(today, day) > daysMax ? { what: "dayFar", with: daysMax } : undefined;
}

function amountFault(form: Form): Fault | undefined {
  if (form.amountOdd) return { what: "badAmount" };
  if (!form.amount) return { what: "noAmount" };
  return Number(form.amount) === 0 ? { what: "zeroAmount" } : undefined;
}

function callFault(form: Form, daysMax: number, when: When): Fault | undefined {
  if (!form.callDay.trim() || !form.callTime.trim()) return { what: "noCall" };
  const at = callMs(form, when);
  if (at === null) return { what: "badCall" };
  if (at <= when.now) return { what: "callPast" };
  return at > when.now + daysMax * DAY_MS ? { what: "callFar", with: daysMax } : undefined;
}

/** When the rellamado is, in the floor's zone; null while day or hour cannot be read. */
export function callMs(form: Form, when: When): number | null {
  const day = readDay(form.callDay, local(when.now, when.zone).day);
  const time = readTime(form.callTime);
  return day && time ? moment(day, time, when.zone) : null;
}

/** The message to send. Only what the result asks for goes in; the form must have no faults. */
export function gestion(attempt: string, arbol: Arbol, form: Form, script: [Guion, Walk], when: When): Gestion {
  const one = chosen(arbol, form);
  if (!one) throw new Error(`the tree ${arbol.id} has no result ${form.code}: faults() was not asked first`);
  const asked = fields(one);
  const at = wantsCall(one, form) ? callMs(form, when) : null;
  const day = readDay(form.day, local(when.now, when.zone).day);
  return {
    type: "gestion",
    attempt_id: attempt,
    code: one.code,
    comment: form.comment.trim(),
    ...(asked.promise && day ? { promise: { date: day, amount: form.amount } } : {}),
    ...(at !== null ? { callback: { at_ms: at, pool: form.pool, consent: form.consent && asked.mayConsent } } : {}),
    ...(asked.address ? { address: form.address.trim() } : {}),
    ...trace(...script),
  };
}
