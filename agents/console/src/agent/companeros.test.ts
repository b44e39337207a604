import { expect, test } from "vitest";
import { whoCan } from "./companeros";

const EVERYBODY = [
  { code: "e02", name: "Íñigo Peña", role: "ejecutivo", state: "disponible" },
  { code: "s01", name: "Silvia Araya", role: "supervisor", state: "" },
  { code: "s02", name: "Iris Peña", role: "supervisor", state: "pausa" },
];
const codes = (typed: string) => whoCan(EVERYBODY, typed).map((one) => one.code);

test("a supervisor who only looks at the floor is not offered as one who takes a transfer", () => {
  expect(codes("")).toEqual(["e02", "s02"]);
  expect(codes("silvia")).toEqual([]);
});

test("a colleague is found by name or code, accents aside", () => {
  expect(codes("pena")).toEqual(["e02", "s02"]);
  expect(codes(" inigo")).toEqual(["e02"]);
  expect(codes("S02")).toEqual(["s02"]);
});
