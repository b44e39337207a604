import { expect, test } from "vitest";
import { type Companero, mayType, stepTo, whoCan } from "./companeros";

const both = ["attended", "blind"] as const;
const person = (code: string, name: string, role: string, state: string): Companero => ({
  code,
  name,
  role,
  state,
  kind: "companero",
  kinds: both,
});
const lawyers: Companero = {
  code: "ext:juridico",
  name: "Jurídico",
  role: "",
  state: "",
  kind: "externo",
  kinds: both,
};
const number: Companero = { code: "", name: "", role: "", state: "", kind: "numero", kinds: both };
const EVERYBODY = [
  person("e02", "Íñigo Peña", "ejecutivo", "disponible"),
  person("s01", "Silvia Araya", "supervisor", ""),
  person("s02", "Iris Peña", "supervisor", "pausa"),
  lawyers,
  number,
];
const codes = (typed: string) => whoCan(EVERYBODY, typed).map((one) => one.code);

test("a supervisor who only looks at the floor is not offered as one who takes a transfer", () => {
  expect(codes("")).toEqual(["e02", "s02", "ext:juridico"]);
  expect(codes("silvia")).toEqual([]);
});

test("a supervisor who receives is offered after the colleagues, also while busy", () => {
  const sol: Companero = { ...person("sup:sol", "Sol Díaz", "supervisor", "hablando"), kind: "supervisor" };
  const found = whoCan([...EVERYBODY, sol], "");
  expect(found.map((one) => one.code)).toEqual(["e02", "s02", "sup:sol", "ext:juridico"]);
});

test("a colleague and a telephone of the directory are found by name or code, accents aside", () => {
  expect(codes("pena")).toEqual(["e02", "s02"]);
  expect(codes(" inigo")).toEqual(["e02"]);
  expect(codes("S02")).toEqual(["s02"]);
  expect(codes("juri")).toEqual(["ext:juridico"]);
});

test("a number is only typed where the settings allow it", () => {
  expect(mayType(EVERYBODY)).toBe(true);
  expect(mayType([lawyers])).toBe(false);
});

test("the arrows go from the search to the list, through it and back", () => {
  const rows = [2, 1, 2];
  expect(stepTo(rows, [-1, 0], "ArrowDown")).toEqual([0, 0]);
  expect(stepTo(rows, [0, 0], "ArrowRight")).toEqual([0, 1]);
  expect(stepTo(rows, [0, 1], "ArrowDown")).toEqual([1, 0]);
  expect(stepTo(rows, [2, 1], "ArrowDown")).toEqual([2, 1]);
  expect(stepTo(rows, [0, 1], "ArrowUp")).toEqual([-1, 0]);
  expect(stepTo(rows, [2, 1], "ArrowLeft")).toEqual([2, 0]);
});
