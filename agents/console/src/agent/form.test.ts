import { describe, expect, it } from "vitest";
import { moment } from "../core/floortime";
import type { Arbol, Card, Disposicion, Guion } from "./card";
import { choose, EMPTY, type Form, faults, gestion } from "./form";
import { byKind, counted, favourites, search } from "./tipificacion";

const one = (code: string, label: string, part: Partial<Disposicion> = {}): Disposicion => ({
  ...{ code, label, contact_type: "directo", needs: [], comment_needed: "", stop: "", opt_out: [] },
  ...{ next: { after_h: 24, to: "pool" as const, max: 3 } },
  ...part,
});
const arbol: Arbol = {
  ...{ id: "a", version: 1, title: "", max_promise_days: 30, max_callback_days: 10 },
  dispositions: [
    one("D01", "Compromiso de pago total", { needs: ["date", "amount"] }),
    one("D02", "Compromiso parcial o abono", { needs: ["date", "amount"] }),
    one("D04", "Solicita retiro de pago", { needs: ["date", "amount", "address"] }),
    one("D05", "Ya pagó (con comprobante)", { needs: ["proof"], comment_needed: "el comprobante" }),
    one("D08", "Solicita llamado posterior", { needs: ["datetime"] }),
    one("D14", "Ejerce oposición", { stop: "bloqueado" }),
    one("I02", "Recado neutro", { contact_type: "indirecto" }),
    one("S05", "Número equivocado", { contact_type: "sin_contacto" }),
  ],
};
const guion: Guion = { id: "g", version: 1, title: "", start: "x", nodes: {} };
const zone = "America/Santiago";
const when = { now: moment("2026-11-18", "10:00", zone), zone };
const form = (part: Partial<Form>): Form => ({ ...EMPTY, ...part });
const card = { deuda: { total: { CLP: "480000" } } } as unknown as Card;

describe("searching a result", () => {
  it("ignores accents and case", () => expect(search(arbol, "numero")[0]?.code).toBe("S05"));
  it("finds by the beginnings of words, in any order", () => expect(search(arbol, "tot comp")[0]?.code).toBe("D01"));
  it("finds by code", () => expect(search(arbol, "d08").map((it) => it.code)).toEqual(["D08"]));
  it("shows everything before anything is typed, by kind of contact", () =>
    expect(byKind(search(arbol, " ")).map((group) => group.kind)).toEqual(["directo", "indirecto", "sin_contacto"]));
  it("offers first what this agent uses most", () => {
    expect(favourites(arbol, { S05: 3, D14: 1 }).map((it) => it.code)).toEqual(["S05", "D14", "D01", "D08", "I02"]);
  });
});

describe("a promise", () => {
  const promise = (day: string, amount = "1000") => faults(arbol, form({ code: "D01", day, amount }), when);
  it("needs its day and its amount", () =>
    expect(promise("", "")).toEqual({ day: { what: "noDay" }, amount: { what: "noAmount" } }));
  it("may be for today and for the tree's last day", () => {
    expect(promise("h")).toEqual({});
    expect(promise("+30")).toEqual({});
  });
  it("is not for yesterday nor for later than the tree allows", () => {
    expect(promise("17-11-2026").day).toEqual({ what: "dayPast" });
    expect(promise("+31").day).toEqual({ what: "dayFar", with: 30 });
  });
  it("is of more than nothing", () => expect(promise("h", "0").amount).toEqual({ what: "zeroAmount" }));
  it("of the whole debt is offered with what is owed", () => {
    const total = arbol.dispositions[0] as Disposicion;
    expect(choose(EMPTY, total, card, when).amount).toBe("480000");
    expect(choose(form({ amount: "5" }), total, card, when).amount).toBe("5");
  });
  it("of a part is not offered the whole, even when the whole was chosen before", () => {
    const [whole, part] = arbol.dispositions as [Disposicion, Disposicion];
    expect(choose(choose(EMPTY, whole, card, when), part, card, when).amount).toBe("");
  });
  it("with a pick-up needs the address", () =>
    expect(faults(arbol, form({ code: "D04", day: "h", amount: "1", address: "Av" }), when)).toEqual({
      address: { what: "noAddress" },
    }));
});

describe("a rellamado", () => {
  const call = (callDay: string, callTime: string, code = "D08") =>
    faults(arbol, form({ code, callDay, callTime }), when).call;
  it("needs day and hour where the result asks for it", () => expect(call("m", "")).toEqual({ what: "noCall" }));
  it("is in the floor's future", () => {
    expect(call("h", "9:59")).toEqual({ what: "callPast" });
    expect(call("h", "10:01")).toBeUndefined();
  });
  it("is offered at the hour that it is now", () => {
    const later = arbol.dispositions[4] as Disposicion;
    expect(choose(EMPTY, later, card, { ...when, now: when.now + 60_000 }).callTime).toBe("10:30");
  });
  it("is not later than the tree allows", () => expect(call("+11", "10")).toEqual({ what: "callFar", with: 10 }));
  it("may go with another result, but half of one may not", () => {
    expect(call("", "", "I02")).toBeUndefined();
    expect(call("m", "", "I02")).toEqual({ what: "noCall" });
  });
});

describe("what is sent", () => {
  const send = (part: Partial<Form>) => gestion("a1", arbol, form(part), [guion, []], when);
  it("has only what the result asks for", () => {
    const sent = send({ code: "I02", day: "m", amount: "5", address: "Av. Uno 1", comment: " recado " });
    expect(sent).toEqual({ type: "gestion", attempt_id: "a1", code: "I02", comment: "recado", trace: [], ticked: [] });
  });
  it("has the promise as ISO day and digits", () =>
    expect(send({ code: "D01", day: "v", amount: "480000" }).promise).toEqual({
      date: "2026-11-20",
      amount: "480000",
    }));
  it("has the rellamado in the floor's zone, with the consent of whose debt it is", () =>
    expect(send({ code: "D08", callDay: "m", callTime: "15:30", consent: true }).callback).toEqual({
      at_ms: Date.parse("2026-11-19T15:30:00-03:00"),
      pool: null,
      consent: true,
    }));
  it("has no consent of somebody else", () =>
    expect(send({ code: "I02", callDay: "m", callTime: "15", consent: true }).callback?.consent).toBe(false));
  it("has no rellamado where the result ends the calls", () =>
    expect(send({ code: "D14", callDay: "m", callTime: "15" }).callback).toBeUndefined());
});

it("a comment that is needed says what is to be written", () =>
  expect(faults(arbol, form({ code: "D05", comment: "ok" }), when).comment).toEqual({
    what: "noComment",
    with: "el comprobante",
  }));

it("counts a result that was just saved beside what the server counted, each tree by itself", () => {
  const before = { generico: { D01: 4 }, otro: { D01: 1 } };
  expect(counted(before, "generico", "D01")).toEqual({ generico: { D01: 5 }, otro: { D01: 1 } });
  expect(counted({}, "generico", "S03")).toEqual({ generico: { S03: 1 } });
});
