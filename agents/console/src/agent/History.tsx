import { showMoment } from "../core/floortime";
import { words } from "../words";
import { usePlace } from "./place";
import type { Shown } from "./writing";

export function History({ call }: { call: Shown }) {
  const { desk } = usePlace();
  const w = words.value.agente.history;
  const labels = new Map(call.arbol.dispositions.map((one) => [one.code, one.label]));
  const { historial } = call.card;
  return (
    <section class="panel fill" aria-labelledby="history-title">
      <h2 id="history-title">{w.title}</h2>
      <div class="scroll" tabIndex={0} role="group" aria-labelledby="history-title">
        {historial.length ? null : <p class="soft">{w.none}</p>}
        <ol class="history">
          {historial.map((one, index) => (
            <li key={index}>
              <p>
                <span class="soft">{showMoment(one.at_ms, desk.zone)}</span>{" "}
                <b>{labels.get(one.codigo) ?? one.codigo}</b> <span class="soft">{one.ejecutivo || w.system}</span>
              </p>
              {one.comentario ? <p>{one.comentario}</p> : null}
            </li>
          ))}
        </ol>
      </div>
    </section>
  );
}
