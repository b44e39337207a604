/** What `POST /api/cargas` answers (`dialer.cli.cargas.report`), and how the page reads it. */
export interface Fault {
  row: number;
  column: string;
  value: string;
  reason: string;
  detail: string;
}
export interface Loaded {
  status: "loaded";
  row: number;
  effect: "new" | "changed" | "unchanged";
  values: Record<string, string | readonly string[]>;
  before?: Record<string, unknown> | null;
  after?: Record<string, unknown> | null;
}
export type Row = Loaded | (Fault & { status: "rejected" });

export interface Report {
  kind: string;
  file: string;
  sha256: string;
  mandante: string;
  cartera: string;
  totals: {
    rows_read: number;
    rows_loaded: number;
    rows_rejected: number;
    deudores: number;
    documentos: number;
    saldo: Record<string, string>;
  };
  confirm: string;
  columns: readonly { column: string; field: string }[];
  rows: readonly Row[];
  warnings: readonly Fault[];
  saldo_before: Record<string, string>;
  saldo_after: Record<string, string>;
  changes: Record<string, number>;
  already_loaded: boolean;
  applied: boolean;
  carga_id: number | null;
}

export const KINDS = [
  "asignacion",
  "saldos",
  "pagos",
  "retiros",
  "demograficos",
  "externas",
  "bloqueos",
  "uf",
] as const;
/** Files that are nobody's in particular. */
const NOBODYS: readonly string[] = ["uf", "bloqueos"];

/** What has to be named for a kind of file: see `dialer.cli.cargas.check`. */
export const needs = (kind: string) => ({ mandante: !NOBODYS.includes(kind), cartera: kind === "asignacion" });

export const rejected = (report: Report): Fault[] =>
  report.rows.flatMap((row) => (row.status === "rejected" ? [row] : []));
export const loaded = (report: Report): Loaded[] =>
  report.rows.flatMap((row) => (row.status === "loaded" ? [row] : []));

/** A heading of the file: the field that it was taken for ("": none), and how many of its cells were no use. */
export type Column = { column: string; field: string; rejected: number; dropped: number };

export function columns(report: Report): Column[] {
  const count = (faults: readonly Fault[], column: string) => faults.filter((it) => it.column === column).length;
  const bad = rejected(report);
  return report.columns.map((it) => ({
    ...it,
    rejected: count(bad, it.column),
    dropped: count(report.warnings, it.column),
  }));
}

/** A value that the rows bring: in how many of them, and an example. */
export type Field = { name: string; filled: number; sample: string };

/** What was understood of the rows, in the order in which they name it. */
export function fields(report: Report): Field[] {
  const found = new Map<string, Field>();
  for (const row of loaded(report)) {
    for (const [name, value] of Object.entries(row.values)) {
      const field = found.get(name) ?? { name, filled: 0, sample: "" };
      const text = typeof value === "string" ? value : value.join(", ");
      if (text) field.filled += 1;
      field.sample ||= text;
      found.set(name, field);
    }
  }
  return [...found.values()].filter((it) => it.filled);
}

/** Why rows were rejected, the commonest first. */
export function reasons(faults: readonly Fault[]): { reason: string; detail: string; n: number }[] {
  const found = new Map<string, { reason: string; detail: string; n: number }>();
  for (const one of faults) {
    const seen = found.get(one.reason) ?? { reason: one.reason, detail: one.detail, n: 0 };
    seen.n += 1;
    found.set(one.reason, seen);
  }
  return [...found.values()].sort((a, b) => b.n - a.n || a.reason.localeCompare(b.reason));
}

/** As a spreadsheet in Chile opens it: semicolons, quotes where needed, a BOM; nothing in it is taken for a formula. */
export function faultsCsv(faults: readonly Fault[], head: readonly string[]): string {
  const cell = (text: string) => `"${text.replace(/^(?=[=+\-@\t\r])/, "'").replaceAll('"', '""')}"`;
  const rows = faults.map((one) => [String(one.row), one.column, one.value, one.detail]);
  return `\ufeff${[[...head], ...rows].map((row) => row.map(cell).join(";")).join("\r\n")}\r\n`;
}
