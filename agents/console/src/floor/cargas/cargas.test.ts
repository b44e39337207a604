import { expect, test } from "vitest";
import { columns, faultsCsv, fields, needs, type Report, reasons, rejected } from "./report";
import { agrees, figure, totals } from "./totals";

const REPORT = {
  columns: [
    { column: "RUT", field: "rut" },
    { column: "Saldo", field: "saldo" },
    { column: "Fono", field: "fono" },
    { column: "Color", field: "" },
  ],
  rows: [
    {
      status: "loaded",
      row: 2,
      effect: "new",
      values: { rut: "7654321-6", nombre: "Ñandú", telefonos: ["+56911111111"] },
    },
    { status: "loaded", row: 3, effect: "new", values: { rut: "7654322-4", nombre: "", telefonos: [] } },
    { status: "rejected", row: 4, column: "RUT", value: "1-1", reason: "rut_check_digit", detail: "No corresponde." },
    { status: "rejected", row: 5, column: "Saldo", value: "=2+2", reason: "amount_format", detail: "No es monto." },
    { status: "rejected", row: 6, column: "RUT", value: "2-2", reason: "rut_check_digit", detail: "No corresponde." },
  ],
  warnings: [{ row: 2, column: "Fono", value: "123", reason: "phone_short", detail: "Faltan dígitos." }],
} as unknown as Report;

test("control totals are those of the file to the last peso, typed as people in Chile type them", () => {
  const wanted = totals("rows=4072,CLP=4940701979");
  expect(wanted).toEqual([
    { name: "rows", figure: "4072" },
    { name: "CLP", figure: "4940701979" },
  ]);
  expect(agrees(wanted, { rows: "4.072", CLP: "$4.940.701.979" })).toBe(true);
  expect(agrees(wanted, { rows: "4072", CLP: "4940701978" })).toBe(false);
  expect(agrees(wanted, { rows: "4072" })).toBe(false);
});

test("a point is of thousands and a comma of decimals: nothing is a thousand times too big", () => {
  expect(figure("1.234.567,50")).toBe("1234567.5");
  expect(figure("0012")).toBe("12");
  expect(figure("1.23")).toBeNull();
  expect(figure("1,234,567")).toBeNull();
  expect(figure("")).toBeNull();
  expect(agrees(totals("rows=1,CLF=12.50"), { rows: "1", CLF: "UF 12,5" })).toBe(true);
});

test("each column of the file says what it was taken for, and how many of its cells were no use", () => {
  expect(columns(REPORT)).toEqual([
    { column: "RUT", field: "rut", rejected: 2, dropped: 0 },
    { column: "Saldo", field: "saldo", rejected: 1, dropped: 0 },
    { column: "Fono", field: "fono", rejected: 0, dropped: 1 },
    { column: "Color", field: "", rejected: 0, dropped: 0 },
  ]);
});

test("what the rows bring is told with an example, and what none brings is not", () => {
  expect(fields(REPORT)).toEqual([
    { name: "rut", filled: 2, sample: "7654321-6" },
    { name: "nombre", filled: 1, sample: "Ñandú" },
    { name: "telefonos", filled: 1, sample: "+56911111111" },
  ]);
});

test("the commonest reason for a rejection comes first", () => {
  expect(reasons(rejected(REPORT)).map((it) => [it.reason, it.n])).toEqual([
    ["rut_check_digit", 2],
    ["amount_format", 1],
  ]);
});

test("rejected values go into a spreadsheet as text, never as a formula", () => {
  expect(faultsCsv(rejected(REPORT), ["fila", "columna", "valor", "motivo"]).split("\r\n")[2]).toBe(
    `"5";"Saldo";"'=2+2";"No es monto."`,
  );
});

test("only an assignment needs a cartera, and UF values are nobody's", () => {
  expect(needs("asignacion")).toEqual({ mandante: true, cartera: true });
  expect(needs("pagos")).toEqual({ mandante: true, cartera: false });
  expect(needs("uf")).toEqual({ mandante: false, cartera: false });
});
