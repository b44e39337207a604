import { plain } from "../core/text";

export type Kind = "attended" | "blind";
export type Companero = {
  code: string;
  name: string;
  role: string;
  state: string;
  /** `supervisor`: one who takes debtors over with only the floor's page open. */
  kind: "companero" | "supervisor" | "externo" | "numero";
  kinds: readonly Kind[];
};

const MOST = 6;

/** Who matches what was typed and can take a debtor: a supervisor without a headset on the floor has no state. */
export function whoCan(everybody: readonly Companero[], typed: string): readonly Companero[] {
  const wanted = plain(typed).trim();
  const found = everybody.filter(({ code, name }) => plain(`${code} ${name}`).includes(wanted));
  const people = found.filter(({ kind, state }) => kind === "companero" && state !== "");
  const receive = found.filter(({ kind }) => kind === "supervisor");
  const outside = found.filter(({ kind }) => kind === "externo");
  // However many colleagues there are, the supervisors and the directory stay in sight.
  return [...people.slice(0, MOST), ...receive.slice(0, MOST), ...outside.slice(0, MOST)];
}

/** Whether a telephone number may be typed, besides those of the directory. */
export function mayType(everybody: readonly Companero[]): boolean {
  return everybody.some((one) => one.kind === "numero");
}

/** From one button of the list to another: up and down by row, in the same column where there is one. */
export function stepTo(rows: readonly number[], at: readonly [number, number], key: string): readonly [number, number] {
  const [row, column] = at;
  if (key === "ArrowDown" && row + 1 < rows.length) return [row + 1, Math.min(column, (rows[row + 1] ?? 1) - 1)];
  if (key === "ArrowUp" && row >= 0) return [row - 1, Math.min(column, Math.max(0, (rows[row - 1] ?? 1) - 1))];
  if (key === "ArrowRight" && column + 1 < (rows[row] ?? 0)) return [row, column + 1];
  if (key === "ArrowLeft" && column > 0) return [row, column - 1];
  return at;
}
