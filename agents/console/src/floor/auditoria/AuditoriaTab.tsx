import { useState } from "preact/hooks";
import { plain } from "../../core/text";
import { words } from "../../words";
import { said } from "../carteras";
import { moment } from "../format";
import { Answer } from "../ui/Answer";
import { useAsked } from "../ui/asking";
import { heads, Table } from "../ui/Table";

interface Act {
  at_ms: number;
  by: string;
  act: string;
  on: string;
  detail: string;
}
const PAGE = 200;

/** Who did what on whom, newest first. */
export function AuditoriaTab() {
  const w = words.value.oficina.auditoria;
  const [limit, more] = useState(PAGE);
  const [text, search] = useState("");
  const asked = useAsked<Act[]>(`/api/auditoria?limit=${limit}`);
  const fits = (it: Act) =>
    plain(`${it.by} ${said(w.acts, it.act)} ${it.on} ${it.detail}`).includes(plain(text.trim()));
  return (
    <section class="panel fill" aria-labelledby="auditoria-title">
      <div class="bar">
        <h2 id="auditoria-title">{w.title}</h2>
        <input
          type="search"
          aria-label={w.search}
          placeholder={w.search}
          value={text}
          onInput={(event) => search(event.currentTarget.value)}
        />
        <button type="button" onClick={asked.again}>
          {words.value.piso.ask.again}
        </button>
      </div>
      <Answer of={asked} empty={w.empty}>
        {(rows) => (
          <>
            <Table label={w.title} heads={heads(w.heads)}>
              {rows.filter(fits).map((it) => (
                <tr key={`${it.at_ms} ${it.by} ${it.act} ${it.on} ${it.detail}`}>
                  <td>{moment(it.at_ms)}</td>
                  <td>{it.by}</td>
                  <td>{said(w.acts, it.act)}</td>
                  <td>{it.on}</td>
                  <td>{it.detail}</td>
                </tr>
              ))}
            </Table>
            {rows.length >= limit && (
              <button type="button" onClick={() => more(limit + PAGE)}>
                {w.more}
              </button>
            )}
          </>
        )}
      </Answer>
    </section>
  );
}
