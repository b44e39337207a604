import { expect, test } from "vitest";
import { en } from "./en";
import { es } from "./es";

/** Each text by its path; of a function, what it says of sample words. */
function texts(table: unknown, path = ""): [string, string][] {
  if (typeof table === "string") return [[path, table]];
  if (typeof table === "function") return [[path, said(table as (...words: unknown[]) => unknown)]];
  return Object.entries(table as object).flatMap(([key, value]) => texts(value, path ? `${path}.${key}` : key));
}

function said(sentence: (...words: unknown[]) => unknown): string {
  return String(sentence(...Array(sentence.length).fill(1)));
}

test("each text of the page stands in both languages", () => {
  const paths = (table: object) => texts(table).map(([path]) => path);
  expect(paths(en).sort()).toEqual(paths(es).sort());
});

/** The trade's own words, and what both languages write alike. */
const TRADE =
  /compañer[oa]s?|\bgesti[oó]n(es)?|tipificaci[oó]n|guion|asignación|demográficos|rendici[oó]n(es)?|jurídica|colación/gi;

test("no Spanish is left in the English texts, but for the trade's own words", () => {
  const spanish = texts(en).filter(([, text]) =>
    /[áéíóúñü¿¡]|\b(el|la|los|las|del|una|está|para|que|por|con|sin)\b/i.test(text.replace(TRADE, "")),
  );
  expect(spanish).toEqual([]);
});
