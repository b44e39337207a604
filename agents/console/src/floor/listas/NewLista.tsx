import { useState } from "preact/hooks";
import { ask, session } from "../../core/session";
import { words } from "../../words";
import { called } from "../agents";
import { live } from "../live";
import { useDoing } from "../ui/asking";
import { pasted } from "./ruts";

const MOST = 500;
type Made = { lista_id: number; assigned: number; refused: readonly [string, string][] };

/** Debtors for one ejecutivo, in an order: what was pasted is read as it is typed. */
export function NewLista({ made }: { made: () => void }) {
  const w = words.value.oficina.listas;
  const floor = live.floor.value;
  const carteras = [...new Set([...(session.value?.carteras ?? []), ...Object.keys(floor?.carteras ?? {})])];
  const [cartera, setCartera] = useState("");
  const [agent, setAgent] = useState("");
  const [name, setName] = useState("");
  const [text, setText] = useState("");
  const [result, setResult] = useState<Made | null>(null);
  const doing = useDoing();
  const read = pasted(text);
  const agents = (floor?.agents ?? []).filter((it) => !cartera || it.carteras.includes(cartera));
  const ready = cartera && agent && read.good.length > 0 && read.good.length <= MOST && !doing.busy;

  function assign(event: SubmitEvent) {
    event.preventDefault();
    doing.run(async () => {
      // What is no RUT goes too: the server says why of each, and nothing pasted is dropped in silence.
      const json = { cartera, agent_id: agent, ruts: [...read.good, ...read.bad].slice(0, MOST), name: name.trim() };
      setResult(await ask<Made>("/api/listas", { json }));
      setText("");
      made();
    });
  }

  return (
    <section class="panel fill" aria-labelledby="new-lista">
      <h2 id="new-lista">{w.make}</h2>
      <p class="soft">{w.explain}</p>
      <form class="form" onSubmit={assign}>
        <label>
          {w.cartera}
          <select required value={cartera} onChange={(event) => setCartera(event.currentTarget.value)}>
            <option value="" />
            {carteras.map((it) => (
              <option key={it}>{it}</option>
            ))}
          </select>
        </label>
        <label>
          {w.agent}
          <select required value={agent} onChange={(event) => setAgent(event.currentTarget.value)}>
            <option value="" />
            {agents.map((it) => (
              <option key={it.agent_id} value={it.agent_id}>
                {called(it)}
              </option>
            ))}
          </select>
        </label>
        <label>
          {w.name}
          <input maxLength={80} value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </label>
        <label>
          {w.ruts}
          <textarea
            rows={8}
            required
            value={text}
            aria-describedby="ruts-help"
            onInput={(event) => setText(event.currentTarget.value)}
          />
        </label>
        <p id="ruts-help" class="soft" aria-live="polite">
          {text.trim() ? w.count(read.good.length) : w.rutsHelp} {read.twice > 0 && w.twice(read.twice)}{" "}
          {read.bad.length > 0 && <span class="warn">{w.bad(read.bad.length, read.bad.slice(0, 5).join(", "))}</span>}{" "}
          {read.good.length > MOST && <span class="bad">{w.tooMany}</span>}
        </p>
        <p class="trouble" role="alert">
          {doing.trouble}
        </p>
        <button type="submit" class="primary" disabled={!ready}>
          {w.go}
        </button>
      </form>
      {result && <Result made={result} />}
    </section>
  );
}

function Result({ made }: { made: Made }) {
  const w = words.value.oficina.listas;
  return (
    <div role="status">
      <p class={made.lista_id ? "good" : "bad"}>{made.lista_id ? w.made(made.lista_id, made.assigned) : w.madeNone}</p>
      {made.refused.length > 0 && (
        <>
          <h3>{w.refused(made.refused.length)}</h3>
          <ul class="plain">
            {made.refused.map(([rut, why]) => (
              <li key={rut}>
                <b>{rut}</b> {why}
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
