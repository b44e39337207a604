import { showDay } from "../core/floortime";
import { money } from "../core/money";
import { words } from "../words";
import type { Card } from "./card";

/** Promises and payments in one line of time, the latest first. */
export function Promises({ card }: { card: Card }) {
  const w = words.value.agente.promises;
  const rows = [
    ...card.compromisos.map((one) => ({ ...one, what: w.promise, note: w.states[one.estado] ?? one.estado })),
    ...(card.pagos ?? []).map((one) => ({ ...one, what: w.payment, note: one.documento ?? "", estado: "pago" })),
  ].sort((a, b) => b.fecha.localeCompare(a.fecha));
  return (
    <section class="panel fill" aria-labelledby="promises-title">
      <h2 id="promises-title">{w.title}</h2>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="promises-title">
        {rows.length ? null : <p class="soft">{w.none}</p>}
        <table>
          <tbody>
            {rows.map((one, index) => (
              <tr key={index} data-state={one.estado}>
                <td>{showDay(one.fecha)}</td>
                <td>{one.what}</td>
                <td class="saldo">{money(one.moneda, one.monto)}</td>
                <td>{one.note}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
