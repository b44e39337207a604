import { expect, test } from "vitest";
import python from "../../../../../config/versions.py?raw";
import { estrategiaEn } from "../../words/estrategia.en";
import { estrategiaEs } from "../../words/estrategia.es";
import { asPatch, changesOf, limits, type Row, read, shown, spread, unreadable, verdict, written } from "./strategy";

const ROW: Row = {
  number: 2,
  file: { abandon_ratio_max: 0.03, ring_s: 30, order: ["saldo"] },
  now: { abandon_ratio_max: 0.02, ring_s: 30, order: ["saldo"] },
  marks: { abandon_ratio_max: { number: 2, by: "Ana", at_ms: 0 } },
  law: [{ key: "abandon_ratio_max", limit: 0.03, most: true, preset: "cl_consumidor" }],
  unfit: "",
};

test("shares are typed in per cent and amounts with points, and come back the same", () => {
  expect(read("ratio", "2,5")).toBe(0.025);
  expect(written("ratio", 0.025)).toBe("2,5");
  expect(written("ratio", 0.07)).toBe("7");
  expect(read("pesos", "$1.000.000")).toBe(1_000_000);
  expect(written("pesos", 1_000_000)).toBe("1.000.000");
  expect(read("seconds", "1.5")).toBe(1.5);
  for (const odd of ["abc", "-3", "1.00.0", "2 %"]) expect(read("pesos", odd)).toBeUndefined();
});

test("only what differs from what is in force is a change, and going back to the file is one", () => {
  expect(changesOf(ROW, { ring_s: 30, order: ["saldo"] })).toEqual([]);
  const back = changesOf(ROW, { abandon_ratio_max: null, ring_s: 25 });
  expect(asPatch(back)).toEqual({ abandon_ratio_max: null, ring_s: 25 });
  expect(shown(ROW, { abandon_ratio_max: null }, "abandon_ratio_max")).toBe(0.03);
});

test("what cannot be read is no change, and is told", () => {
  expect(changesOf(ROW, { ring_s: undefined })).toEqual([]);
  expect(unreadable({ ring_s: undefined })).toBe(true);
});

test("where the newest version does not fit, all that is typed counts", () => {
  expect(changesOf({ ...ROW, unfit: "x" }, { ring_s: 30 })).toHaveLength(1);
});

test("the law's limit is narrower than the field's own", () => {
  const key = { name: "abandon_ratio_max", kind: "ratio" as const, group: "", choices: [], length_max: null };
  expect(limits({ ...key, least: 0, most: 1 }, ROW.law)).toEqual({ least: 0, most: 0.03, by: "cl_consumidor" });
});

test("a difference is only believed when its interval leaves zero out", () => {
  expect(verdict({ mean: 1, interval: [-0.5, 2.5] })).toBe("unsure");
  expect(verdict({ mean: 1, interval: [0.5, 1.5] })).toBe("up");
  expect(verdict({ mean: -1, interval: [-1.5, -0.5] })).toBe("down");
  expect(verdict({ mean: 1, interval: null })).toBe("unsure");
  expect(spread("abandon_ratio", { mean: -0.012, interval: [-0.014, -0.01] }, true)).toBe("-1,2\u00a0% ±0,2");
});

test("every key that the server knows has its label", () => {
  const names = [...python.matchAll(/^ {4}\("\w+", "([\w.]+)", "\w+"\),$/gm)].map((it) => it[1]);
  expect(names.length).toBeGreaterThan(20);
  expect(Object.keys(estrategiaEs.keys)).toEqual(expect.arrayContaining(names));
});

test("each key, choice and measure has its word in both languages", () => {
  const leaves = (it: object, path = ""): string[] =>
    Object.entries(it).flatMap(([name, value]) =>
      typeof value === "object" ? leaves(value, `${path}.${name}`) : [`${path}.${name}`],
    );
  expect(leaves(estrategiaEn).sort()).toEqual(leaves(estrategiaEs).sort());
});
