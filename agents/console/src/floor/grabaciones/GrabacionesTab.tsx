import { useState } from "preact/hooks";
import { showSpan } from "../../core/floortime";
import { session } from "../../core/session";
import { words } from "../../words";
import { moment } from "../format";
import { live } from "../live";
import { Answer } from "../ui/Answer";
import { useAsked } from "../ui/asking";
import { DayField } from "../ui/DayField";
import { heads, Table } from "../ui/Table";
import { Player } from "./Player";
import { address, type Grabacion, MOST, type Search } from "./search";

const NOTHING: Search = { rut: "", agent: "", cartera: "", desde: "", hasta: "" };

/** Calls that were recorded: found by whom, when and in which cartera, and listened to. */
export function GrabacionesTab() {
  const w = words.value.oficina.grabaciones;
  const [search, fill] = useState(NOTHING);
  const [path, ask] = useState(address(NOTHING));
  const asked = useAsked<Grabacion[]>(path);
  const [playing, play] = useState<Grabacion | null>(null);
  const field = (name: keyof Search, label: string, list?: string) => (
    <label>
      {label}
      <input
        type="text"
        list={list}
        value={search[name]}
        onInput={(event) => fill({ ...search, [name]: event.currentTarget.value })}
      />
    </label>
  );
  const carteras = [...new Set([...(session.value?.carteras ?? []), ...Object.keys(live.floor.value?.carteras ?? {})])];

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (address(search) === path) asked.again();
    else ask(address(search));
  }

  return (
    <section class="panel fill" aria-labelledby="grabaciones-title">
      <h2 id="grabaciones-title">{w.title}</h2>
      <form class="search" onSubmit={submit}>
        {field("rut", w.rut)}
        {field("agent", w.agent, "known-agents")}
        {field("cartera", w.cartera, "known-carteras")}
        <DayField label={w.from} value={search.desde} set={(desde) => fill((it) => ({ ...it, desde }))} />
        <DayField label={w.to} value={search.hasta} set={(hasta) => fill((it) => ({ ...it, hasta }))} />
        <button type="submit" class="primary">
          {w.search}
        </button>
        <datalist id="known-agents">
          {(live.floor.value?.agents ?? []).map((it) => (
            <option key={it.agent_id} value={it.agent_id}>
              {it.name}
            </option>
          ))}
        </datalist>
        <datalist id="known-carteras">
          {carteras.map((it) => (
            <option key={it} value={it} />
          ))}
        </datalist>
      </form>
      {playing && <Player key={playing.attempt_id} it={playing} close={() => play(null)} />}
      <Answer of={asked} empty={w.empty}>
        {(rows) => (
          <>
            <Table label={w.title} heads={[...heads(w.heads, ["talk"]), { name: w.play }]}>
              {rows.map((it) => (
                <tr key={it.attempt_id} class={playing?.attempt_id === it.attempt_id ? "chosen" : ""}>
                  <td>{moment(it.at_ms)}</td>
                  <td>{it.agent_id}</td>
                  <td>
                    {it.deudor} <small class="soft">{it.rut}</small>
                  </td>
                  <td>{it.e164}</td>
                  <td>{it.cartera}</td>
                  <td class="num">{showSpan(it.talk_ms)}</td>
                  <td>{it.code}</td>
                  <td class="acts">
                    <button
                      type="button"
                      aria-label={w.playOf(it.deudor || it.rut, moment(it.at_ms))}
                      onClick={() => play(it)}
                    >
                      ▶ {w.play}
                    </button>
                  </td>
                </tr>
              ))}
            </Table>
            {rows.length >= MOST && <p class="soft">{w.most(MOST)}</p>}
          </>
        )}
      </Answer>
    </section>
  );
}
