import { useState } from "preact/hooks";
import { ask } from "../../core/session";
import { Dialog } from "../../ui/Dialog";
import { words } from "../../words";
import { said } from "../carteras";
import { moment } from "../format";
import { Answer } from "../ui/Answer";
import { useAsked, useDoing } from "../ui/asking";
import { heads, Table } from "../ui/Table";

interface ListaCases {
  id: number;
  agent_id: string;
  cartera: string;
  name: string;
  state: string;
  cases: readonly ListaCase[];
}
interface ListaCase {
  position: number;
  rut: string;
  state: string;
  reason?: string | null;
  at_ms?: number | null;
  queue_why?: string;
  next_due_ms?: number | null;
}

/** One list case by case; cancelling it asks twice, because it takes work away from somebody. */
export function Lista({ id, close, cancelled }: { id: number; close: () => void; cancelled: (n: number) => void }) {
  const w = words.value.oficina.listas;
  const asked = useAsked<ListaCases>(`/api/listas/${id}`);
  const [sure, ask2] = useState(false);
  const doing = useDoing();
  const cancel = () =>
    doing.run(async () => {
      const { released } = await ask<{ released: number }>(`/api/listas/${id}`, { method: "DELETE" });
      cancelled(released);
    });
  if (sure) {
    return (
      <Dialog
        title={w.sure(id)}
        close={() => ask2(false)}
        go={{ label: w.cancel, act: cancel, danger: true, disabled: doing.busy }}
      >
        <p>{w.sureExplain}</p>
        <p class="trouble" role="alert">
          {doing.trouble}
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog wide title={w.detail(id)} close={close} go={{ label: w.cancel, act: () => ask2(true), danger: true }}>
      <Answer of={asked}>
        {(it) => (
          <>
            <p>
              {it.agent_id} · {it.cartera} {it.name && `· ${it.name}`}
            </p>
            <div class="short">
              <Table label={w.detail(id)} heads={heads(w.cases, ["position"])}>
                {it.cases.map((one) => (
                  <tr key={one.position}>
                    <td class="num">{one.position}</td>
                    <td>{one.rut}</td>
                    <td>{said(w.states, one.state)}</td>
                    <td>{one.reason || one.queue_why}</td>
                    <td>{one.at_ms ? moment(one.at_ms) : ""}</td>
                    <td>{one.next_due_ms ? moment(one.next_due_ms) : ""}</td>
                  </tr>
                ))}
              </Table>
            </div>
          </>
        )}
      </Answer>
    </Dialog>
  );
}
