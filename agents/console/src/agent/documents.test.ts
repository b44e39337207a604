import { expect, it } from "vitest";
import type { Documento } from "./card";
import { sorted, turned } from "./documents";

const one = (numero: string, saldo: string, dias_mora: number): Documento => ({
  ...{ tipo: "factura", numero, monto: saldo, saldo, moneda: "CLP", emision: null },
  ...{ vencimiento: "2026-01-01", dias_mora, tramo: "1-30" },
});
const documents = [one("9", "100", 5), one("10", "90", 40), one("2", "1000", 1)];
const numbers = (order: Parameters<typeof sorted>[1]) => sorted(documents, order).map((it) => it.numero);

it("sorts balances as amounts and numbers as numbers", () => {
  expect(numbers({ column: "saldo", down: true })).toEqual(["2", "9", "10"]);
  expect(numbers({ column: "numero", down: false })).toEqual(["2", "9", "10"]);
});

it("begins with the greatest amount, and turns round at the second click", () => {
  const first = turned({ column: "numero", down: false }, "saldo");
  expect(first).toEqual({ column: "saldo", down: true });
  expect(turned(first, "saldo").down).toBe(false);
});
