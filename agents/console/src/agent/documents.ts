/** Sorting the documents' table. */
import type { Documento } from "./card";

export type Column = "tipo" | "numero" | "vencimiento" | "dias_mora" | "saldo";
export type Order = { column: Column; down: boolean };

const numbers = new Intl.Collator("es", { numeric: true });

export function sorted(documents: readonly Documento[], { column, down }: Order): Documento[] {
  const sign = down ? -1 : 1;
  return [...documents].sort((a, b) => sign * compare(a, b, column));
}

function compare(a: Documento, b: Documento, column: Column): number {
  if (column === "dias_mora") return a.dias_mora - b.dias_mora;
  if (column === "saldo") return a.moneda.localeCompare(b.moneda) || Number(a.saldo) - Number(b.saldo);
  return numbers.compare(a[column], b[column]);
}

/** The next order after a click on a column's head: amounts and days begin with the greatest. */
export function turned(order: Order, column: Column): Order {
  if (order.column === column) return { column, down: !order.down };
  return { column, down: column === "saldo" || column === "dias_mora" };
}
