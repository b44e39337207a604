import { describe, expect, it } from "vitest";
import type { Guion, Nodo } from "./card";
import { answer, back, begin, go, mayGo, resume, suggested, tick, trace } from "./guion";

const node = (part: Partial<Nodo>): Nodo => ({
  ...{ kind: "say", text: "…", mandatory: false, answers: [], next: "", suggests: "", contact: true },
  ...part,
});
const guion: Guion = {
  id: "g",
  version: 1,
  title: "",
  start: "saludo",
  nodes: {
    saludo: node({ mandatory: true, next: "quien" }),
    quien: node({
      kind: "ask",
      answers: [
        { key: 1, label: "Titular", goto: "legal" },
        { key: 2, label: "Lo comunican", goto: "saludo" },
      ],
    }),
    legal: node({ kind: "legal", mandatory: true, next: "fin" }),
    fin: node({ kind: "end", suggests: "D01" }),
  },
};

describe("walking the guion", () => {
  it("does not go on before a mandatory step is ticked", () => {
    const start = begin(guion);
    expect(mayGo(guion, start)).toBe(false);
    expect(go(guion, start, "quien")).toBe(start);
    expect(go(guion, tick(start, true), "quien").at(-1)?.node).toBe("quien");
  });
  it("asks for the tick again when the step is shown again", () => {
    let walk = go(guion, tick(begin(guion), true), "quien");
    walk = go(guion, walk, answer(guion, walk, 2)?.goto ?? "");
    expect(walk.at(-1)).toEqual({ node: "saludo", ticked: false });
  });
  it("goes back one step and not before the first", () => {
    const walk = go(guion, tick(begin(guion), true), "quien");
    expect(back(walk)).toHaveLength(1);
    expect(back(back(walk))).toHaveLength(1);
  });
  it("tells the gestión what was shown, in order, and which mandatory steps were read", () => {
    let walk = go(guion, tick(begin(guion), true), "quien");
    walk = go(guion, walk, "legal");
    walk = go(guion, tick(walk, true), "fin");
    expect(trace(guion, walk)).toEqual({ trace: ["saludo", "quien", "legal", "fin"], ticked: ["saludo", "legal"] });
    expect(suggested(guion, walk)).toBe("D01");
  });
  it("chooses an answer by its digit, and none by a digit that is not there", () => {
    const walk = go(guion, tick(begin(guion), true), "quien");
    expect(answer(guion, walk, 1)?.goto).toBe("legal");
    expect(answer(guion, walk, 9)).toBeUndefined();
  });
  it("takes a kept walk up as far as this version of the guion knows it", () => {
    const kept = [
      { node: "saludo", ticked: true },
      { node: "de_antes", ticked: true },
      { node: "fin", ticked: false },
    ];
    expect(resume(guion, kept)).toEqual([{ node: "saludo", ticked: true }]);
    expect(resume(guion, [{ node: "otro", ticked: true }])).toEqual(begin(guion));
  });
});
