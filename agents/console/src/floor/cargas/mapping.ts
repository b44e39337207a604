/** What `POST /api/cargas/columnas` answers (`dialer.carteras.mapeo.Vista`), and what a person makes of it. */
export interface Column {
  heading: string;
  samples: readonly string[];
  field: string;
  how: "" | "plantilla" | "mano" | "nombre" | "parecido" | "celdas";
  suggested: string;
  score: number;
}
export interface Understood {
  value: string;
  how: "" | "dicho" | "archivo";
  examples: readonly (readonly [string, string])[];
  trouble: string;
}
export interface Vista {
  rows: number;
  header_row: number;
  columns: readonly Column[];
  fields: readonly string[];
  many: readonly string[];
  needed: readonly (readonly string[])[];
  stated: readonly string[];
  fixed: boolean;
  named: boolean;
  decimal: Understood;
  dates: Understood;
  encoding: Understood;
  trouble: string;
}

/** The field of each column, in the file's order ("": not read), and what is stated of the whole file. */
export type Choice = { fields: readonly string[]; decimal: string; dates: string; encoding: string };

export function begin(vista: Vista, decimal = ""): Choice {
  const stated = (it: Understood) => (it.how === "dicho" ? it.value : "");
  const names = vista.columns.map((it, at) => (nameable(vista, at) ? it.field : ""));
  return {
    fields: names,
    decimal: decimal || stated(vista.decimal),
    dates: stated(vista.dates),
    encoding: stated(vista.encoding),
  };
}

/** A column is named by its heading: one without, or with that of an earlier one, cannot be chosen. */
export function nameable(vista: Vista, at: number): boolean {
  const key = folded(vista.columns[at]?.heading ?? "");
  return key !== "" && vista.columns.findIndex((it) => folded(it.heading) === key) === at;
}

/** As the server compares headings: without case, accents, spaces and signs. */
const folded = (text: string) =>
  text
    .normalize("NFD")
    .replace(/[^\p{L}\p{N}]/gu, "")
    .toLowerCase();

/** The groups of fields of which one is missing, and the fields that more than one column claims. */
export function faults(vista: Vista, choice: Choice): { missing: readonly (readonly string[])[]; twice: string[] } {
  const there = new Set([...choice.fields, ...vista.stated]);
  const once = vista.fields.filter((field) => !vista.many.includes(field));
  return {
    missing: vista.needed.filter((group) => !group.some((field) => there.has(field))),
    twice: once.filter((field) => choice.fields.filter((it) => it === field).length > 1),
  };
}

/** Whether the file can be tried as it was understood, without anybody's word: by names or a template alone. */
export function certain(vista: Vista): boolean {
  return !vista.trouble && !vista.columns.some((it) => it.how === "parecido" || it.how === "celdas");
}

/** The server's sentence, where the page has none in its place: of a template that does not fit the file. */
export const unfit = (vista: Vista): string =>
  vista.named && ![vista.decimal.trouble, vista.dates.trouble].includes(vista.trouble) ? vista.trouble : "";

/** What is sent: a `dialer.carteras.mapeo.Mapeo` as JSON. */
export function mapping(vista: Vista, choice: Choice): string {
  const columns: Record<string, string[]> = {};
  choice.fields.forEach((field, at) => {
    if (field) columns[field] = [...(columns[field] ?? []), vista.columns[at]?.heading ?? ""];
  });
  const { decimal, dates, encoding } = choice;
  return JSON.stringify({ columns: vista.fixed ? {} : columns, decimal, dates, encoding });
}

export const ENCODINGS = ["utf-8", "cp1252", "latin-1", "cp850", "utf-16"] as const;
