import { expect, test } from "vitest";
import { acts, fits, type Retiro, received } from "./retiro";

const RETIRO: Retiro = {
  id: 1,
  state: "solicitado",
  mandante: "ACME",
  cartera: "facturas",
  rut: "",
  name: "",
  address: "",
  amount: "99000",
  currency: "CLP",
  due: "2026-11-30",
  requested_by: "e01",
  requested_ms: 0,
  approved_by: "",
  approved_ms: null,
  assigned_to: "",
  receipt: "",
  done_amount: null,
  done_on: null,
  rendicion_id: null,
  steps: [],
};
const jefe = (permission: string) => ["approve_retiro", "handle_retiro", "settle_retiro"].includes(permission);
const supervisor = (permission: string) => permission === "handle_retiro";

test("who may not approve is not offered it, and nothing is offered of what is over", () => {
  expect(acts(RETIRO, "s01", supervisor)).toEqual([{ act: "annul", oneself: false }]);
  expect(acts({ ...RETIRO, state: "rendido" }, "j01", jefe)).toEqual([]);
});

test("who asked for a retiro is told that somebody else must approve it", () => {
  const offered = acts({ ...RETIRO, requested_by: "j01" }, "j01", jefe);
  expect(offered.filter((it) => it.oneself).map((it) => it.act)).toEqual(["approve", "reject"]);
});

test("a rendición is of one mandante, and not of who went to fetch the money", () => {
  const done: Retiro = { ...RETIRO, state: "realizado", assigned_to: "e07", done_amount: "99000" };
  expect(fits(done, [], "j01")).toBe(true);
  expect(fits(done, [{ ...done, mandante: "OTRO" }], "j01")).toBe(false);
  expect(fits(done, [], "e07")).toBe(false);
});

test("what was received adds up to the last peso and hundredth, whatever its size", () => {
  const done = (done_amount: string, currency = "CLP"): Retiro => ({ ...RETIRO, done_amount, currency });
  expect(received([done("9007199254740993"), done("1.0000"), done("0.05", "CLF"), done("0.95", "CLF")])).toEqual({
    CLP: "9007199254740994",
    CLF: "1",
  });
});
