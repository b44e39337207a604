import { expect, test } from "vitest";
import { begin, type Column, certain, faults, mapping, nameable, type Understood, unfit, type Vista } from "./mapping";

const nothing: Understood = { value: "", how: "", examples: [], trouble: "" };
const column = (heading: string, field = "", how: Column["how"] = field ? "nombre" : ""): Column => ({
  heading,
  samples: [],
  field,
  how,
  suggested: "",
  score: 0,
});
const vista = (...columns: Column[]): Vista => ({
  rows: 1,
  header_row: 1,
  columns,
  fields: ["rut", "monto", "fono", "fecha"],
  many: ["fono"],
  needed: [["rut"], ["monto", "fecha"]],
  stated: [],
  fixed: false,
  named: false,
  decimal: nothing,
  dates: nothing,
  encoding: nothing,
  trouble: "",
});

test("a needed field that no column brings is missing; one of a group is enough", () => {
  const file = vista(column("RUT", "rut"), column("B"));
  expect(faults(file, begin(file)).missing).toEqual([["monto", "fecha"]]);
  expect(faults(file, { ...begin(file), fields: ["rut", "fecha"] })).toEqual({ missing: [], twice: [] });
});

test("what a template states needs no column", () => {
  const file = { ...vista(column("RUT", "rut")), stated: ["fecha"] };
  expect(faults(file, begin(file)).missing).toEqual([]);
});

test("a field twice is a fault, but not one that may have several columns", () => {
  const file = vista(column("A"), column("B"), column("C"), column("D"));
  expect(faults(file, { ...begin(file), fields: ["monto", "monto", "fono", "fono"] }).twice).toEqual(["monto"]);
});

test("a likeness alone needs a person's word, a name or a template does not", () => {
  expect(certain(vista(column("RUT", "rut"), column("Abono", "monto", "plantilla")))).toBe(true);
  expect(certain(vista(column("RUT", "rut"), column("Abonado", "monto", "parecido")))).toBe(false);
  expect(certain({ ...vista(column("RUT", "rut")), trouble: "Faltan columnas." })).toBe(false);
});

test("only of a template that does not fit is the server's sentence needed: the rest stands beside its column", () => {
  const file = { ...vista(column("RUT", "rut")), trouble: "Faltan columnas: MONTO." };
  expect(unfit(file)).toBe("");
  expect(unfit({ ...file, named: true })).toBe("Faltan columnas: MONTO.");
  const doubtful = { ...file, named: true, decimal: { ...nothing, trouble: file.trouble } };
  expect(unfit(doubtful)).toBe("");
});

test("a column without a heading, or with one that came before, cannot be chosen", () => {
  const file = vista(column("Teléfono", "fono"), column(""), column("TELEFONO", "fono"));
  expect([0, 1, 2].map((at) => nameable(file, at))).toEqual([true, false, false]);
  expect(begin(file).fields).toEqual(["fono", "", ""]);
});

test("what is sent names each field's headings; of a fixed-width file none", () => {
  const file = vista(column("RUT", "rut"), column("T1", "fono"), column("T2", "fono"), column("Nota"));
  const choice = { ...begin(file), decimal: "," };
  const sent = { columns: { rut: ["RUT"], fono: ["T1", "T2"] }, decimal: ",", dates: "", encoding: "" };
  expect(JSON.parse(mapping(file, choice))).toEqual(sent);
  expect(JSON.parse(mapping({ ...file, fixed: true }, choice)).columns).toEqual({});
});
