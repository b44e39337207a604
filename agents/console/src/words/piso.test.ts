import { expect, test } from "vitest";
import python from "../../../../metrics/words.py?raw";
import { pisoEn } from "./piso.en";
import { pisoEs } from "./piso.es";

/** The entries of one table of metrics/words.py. */
function table(name: string): Record<string, string> {
  const body = new RegExp(`^${name}: .*? = \\{\\n(.*?)^\\}`, "ms").exec(python)?.[1] ?? "";
  const rows = [...body.matchAll(/^\s+(?:State\.(\w+)|"(\w+)"): "(.*)",$/gm)];
  return Object.fromEntries(rows.map(([, state, word, said]) => [state?.toLowerCase() ?? word, said]));
}

test("the page says states and reasons as the terminal's board and the reports do", () => {
  expect(pisoEs.pace.reasons).toEqual(table("REASONS"));
  expect(pisoEs.pace.paces).toEqual(table("PACES"));
  expect(pisoEs.states).toEqual(table("STATES"));
});

test("each state and reason has its English word", () => {
  const keys = (words: object) => Object.keys(words).sort();
  expect(keys(pisoEn.pace.reasons)).toEqual(keys(pisoEs.pace.reasons));
  expect(keys(pisoEn.pace.paces)).toEqual(keys(pisoEs.pace.paces));
  expect(keys(pisoEn.states)).toEqual(keys(pisoEs.states));
});
