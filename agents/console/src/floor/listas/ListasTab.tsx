import { useState } from "preact/hooks";
import { words } from "../../words";
import { Answer } from "../ui/Answer";
import { useAsked } from "../ui/asking";
import { heads, Table } from "../ui/Table";
import { Lista } from "./Lista";
import { NewLista } from "./NewLista";

export interface ListaShown {
  id: number;
  cartera: string;
  agent_id: string;
  name: string;
  at_ms: number;
  made_by: string;
  cases: number;
  pending: number;
}

export function ListasTab() {
  const w = words.value.oficina.listas;
  const open = useAsked<ListaShown[]>("/api/listas");
  const [shown, show] = useState(0);
  const [told, tell] = useState("");
  return (
    <div class="twin">
      <NewLista made={open.again} />
      <section class="panel fill" aria-labelledby="listas-title">
        <div class="bar">
          <h2 id="listas-title">{w.title}</h2>
          <p class="good" role="status">
            {told}
          </p>
          <button type="button" class="last" onClick={open.again}>
            {words.value.piso.ask.again}
          </button>
        </div>
        <Answer of={open} empty={w.empty}>
          {(rows) => (
            <Table label={w.title} heads={heads(w.heads, ["id", "pending"])}>
              {rows.map((it) => (
                <tr key={it.id}>
                  <td class="num">
                    <button type="button" class="link" aria-label={w.open(it.id)} onClick={() => show(it.id)}>
                      {it.id}
                    </button>
                  </td>
                  <td>{it.agent_id}</td>
                  <td>{it.cartera}</td>
                  <td>{it.name}</td>
                  <td class="num">{w.ofAll(it.pending, it.cases)}</td>
                  <td>{it.made_by}</td>
                </tr>
              ))}
            </Table>
          )}
        </Answer>
        {shown > 0 && (
          <Lista
            id={shown}
            close={() => show(0)}
            cancelled={(released) => {
              show(0);
              tell(w.released(released));
              open.again();
            }}
          />
        )}
      </section>
    </div>
  );
}
