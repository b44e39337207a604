import { showMoment } from "../core/floortime";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { useNow, usePlace } from "./place";
import { useAsked } from "./useAsked";

type Rellamado = {
  caso_id: number;
  cartera: string;
  deudor: string;
  rut: string;
  e164: string;
  at_ms: number;
  comment: string;
};

export function MyCallbacks() {
  const { desk, panel } = usePlace();
  const w = words.value.agente;
  const now = useNow();
  const { found, trouble } = useAsked<readonly Rellamado[]>("/api/mis-rellamados");
  return (
    <Dialog title={w.callbacks.title} close={() => (panel.value = "")} wide>
      {trouble ? (
        <p class="warn" role="alert">
          {trouble}
        </p>
      ) : null}
      {found || trouble ? null : <p class="soft">{w.loading}</p>}
      {found && !found.length ? <p class="soft">{w.callbacks.none}</p> : null}
      {found?.length ? (
        <table>
          <thead>
            <tr>
              <th scope="col">{w.callbacks.when}</th>
              <th scope="col">{w.callbacks.who}</th>
              <th scope="col">{w.callbacks.phone}</th>
              <th scope="col">{w.callbacks.comment}</th>
            </tr>
          </thead>
          <tbody>
            {found.map((one) => (
              <tr key={`${one.caso_id} ${one.at_ms}`}>
                <td>
                  {showMoment(one.at_ms, desk.zone)}{" "}
                  {one.at_ms < now ? <span class="warn small">{w.callbacks.late}</span> : null}
                </td>
                <td>
                  {one.deudor} <span class="soft small">{one.rut}</span>
                </td>
                <td>{one.e164}</td>
                <td>{one.comment}</td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
    </Dialog>
  );
}
