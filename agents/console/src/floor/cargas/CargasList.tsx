import { useState } from "preact/hooks";
import { money } from "../../core/money";
import { ask } from "../../core/session";
import { Dialog } from "../../ui/Dialog";
import { words } from "../../words";
import { said } from "../carteras";
import { moment, number } from "../format";
import { Answer } from "../ui/Answer";
import { type Asked, useDoing } from "../ui/asking";
import { fetched, keep } from "../ui/download";
import { heads, Table } from "../ui/Table";

export interface CargaListed {
  carga_id: number;
  kind: string;
  mandante: string;
  cartera: string;
  file_name: string;
  state: string;
  at_ms: number;
  loaded_by: string;
  rows_read: number;
  rows_loaded: number;
  rows_rejected: number;
  saldo: Record<string, string>;
  undone_ms: number | null;
  undone_by: string;
}
type Props = { list: Asked<CargaListed[]>; mandante: string; of: (mandante: string) => void };

/** The loads there were, newest first, with their rejects and the way back. */
export function CargasList({ list, mandante, of }: Props) {
  const w = words.value.oficina.cargas;
  const [undoing, undo] = useState<CargaListed | null>(null);
  const [told, tell] = useState("");
  const getting = useDoing();
  const xlsx = (id: number) =>
    getting.run(async () => keep(await (await fetched(`/api/cargas/${id}/rechazos`)).blob(), `rechazos-${id}.xlsx`));
  const mandantes = [...new Set([mandante, ...(list.data ?? []).map((it) => it.mandante)])].filter(Boolean);
  return (
    <section class="panel" aria-labelledby="cargas-title">
      <div class="bar">
        <h2 id="cargas-title">{w.list}</h2>
        <select aria-label={w.mandante} value={mandante} onChange={(event) => of(event.currentTarget.value)}>
          <option value="">{w.any}</option>
          {mandantes.map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        <p class="good" role="status">
          {told}
        </p>
        <p class="bad" role="alert">
          {getting.trouble}
        </p>
        <button type="button" class="last" onClick={list.again}>
          {words.value.piso.ask.again}
        </button>
      </div>
      <Answer of={list} empty={w.empty}>
        {(rows) => (
          <Table
            label={w.list}
            heads={[...heads(w.heads, ["id", "rows", "rejected", "saldo"]), { name: words.value.piso.agents.orders }]}
          >
            {rows.map((it) => (
              <CargaRow key={it.carga_id} it={it} xlsx={() => xlsx(it.carga_id)} undo={() => undo(it)} />
            ))}
          </Table>
        )}
      </Answer>
      {undoing && (
        <Undo
          it={undoing}
          close={() => undo(null)}
          done={(rows) => {
            undo(null);
            tell(w.undone(undoing.carga_id, rows));
            list.again();
          }}
        />
      )}
    </section>
  );
}

function CargaRow({ it, xlsx, undo }: { it: CargaListed; xlsx: () => void; undo: () => void }) {
  const w = words.value.oficina.cargas;
  const sums = Object.entries(it.saldo).map(([currency, sum]) => money(currency, sum));
  return (
    <tr>
      <td class="num">{it.carga_id}</td>
      <td>{moment(it.at_ms)}</td>
      <td>{it.kind}</td>
      <td>{it.mandante}</td>
      <td>{it.cartera}</td>
      <td class="sample">{it.file_name}</td>
      <td class="num">{number(it.rows_loaded)}</td>
      <td class={`num ${it.rows_rejected ? "bad" : ""}`}>{number(it.rows_rejected)}</td>
      <td class="num">{sums.join(" · ")}</td>
      <td>{it.loaded_by}</td>
      <td title={it.undone_ms ? w.undoneBy(it.undone_by, moment(it.undone_ms)) : undefined}>
        {said(w.states, it.state)}
      </td>
      <td class="acts">
        {it.rows_rejected > 0 && (
          <button type="button" aria-label={w.xlsxOf(it.carga_id)} onClick={xlsx}>
            {w.xlsx}
          </button>
        )}
        {it.state === "applied" && (
          <button type="button" class="danger" aria-label={w.undoOf(it.carga_id)} onClick={undo}>
            {w.undo}
          </button>
        )}
      </td>
    </tr>
  );
}

function Undo({ it, close, done }: { it: CargaListed; close: () => void; done: (rows: number) => void }) {
  const w = words.value.oficina.cargas;
  const doing = useDoing();
  const act = () =>
    doing.run(async () => {
      const { rows } = await ask<{ rows: number }>(`/api/cargas/${it.carga_id}/undo`, { method: "POST" });
      done(rows);
    });
  return (
    <Dialog title={w.sure(it.carga_id)} close={close} go={{ label: w.undo, act, danger: true, disabled: doing.busy }}>
      <p>{w.sureExplain(it.file_name, number(it.rows_loaded))}</p>
      <p class="trouble" role="alert">
        {doing.trouble}
      </p>
    </Dialog>
  );
}
