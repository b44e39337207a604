import { useState } from "preact/hooks";
import { showDay } from "../core/floortime";
import { money, sums } from "../core/money";
import { words } from "../words";
import type { Card } from "./card";
import { type Column, type Order, sorted, turned } from "./documents";

export function Debt({ card }: { card: Card }) {
  const w = words.value.agente.debt;
  const [order, setOrder] = useState<Order>({ column: "dias_mora", down: true });
  const columns: [Column, string][] = [
    ["tipo", w.kind],
    ["numero", w.number],
    ["vencimiento", w.due],
    ["dias_mora", w.days],
    ["saldo", w.balance],
  ];
  return (
    <section class="panel fill" aria-labelledby="debt-title">
      <h2 id="debt-title">{w.title}</h2>
      <p class="tramos">
        {card.tramos.map((one) => (
          <span key={one.tramo}>
            {one.tramo} <b>{sums(one.saldo).join(" + ")}</b> <span class="soft">({one.documentos})</span>
          </span>
        ))}
      </p>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="debt-title">
        <table>
          <thead>
            <tr>
              {columns.map(([column, label]) => (
                <th
                  key={column}
                  scope="col"
                  class={column}
                  aria-sort={order.column === column ? (order.down ? "descending" : "ascending") : "none"}
                >
                  <button type="button" title={w.sort(label)} onClick={() => setOrder(turned(order, column))}>
                    {label}
                    {order.column === column ? (order.down ? " ↓" : " ↑") : ""}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted(card.documentos, order).map((one) => (
              <tr key={`${one.tipo} ${one.numero}`} class={Number(one.saldo) === 0 ? "soft" : ""}>
                <td>{one.tipo.replaceAll("_", " ")}</td>
                <td>{one.numero}</td>
                <td>{showDay(one.vencimiento)}</td>
                <td class={one.dias_mora > 0 ? "dias_mora late" : "dias_mora"}>{one.dias_mora}</td>
                <td class="saldo">{money(one.moneda, one.saldo)}</td>
              </tr>
            ))}
          </tbody>
        </table>
        {card.documentos.length ? null : <p class="soft">{w.none}</p>}
      </div>
    </section>
  );
}
