import { useState } from "preact/hooks";
import { money } from "../../core/money";
import { ask } from "../../core/session";
import { words } from "../../words";
import { figure } from "../cargas/totals";
import { moment } from "../format";
import { Answer } from "../ui/Answer";
import { useAsked, useDoing } from "../ui/asking";
import { Note } from "../ui/Note";
import { type Retiro, received } from "./retiro";

/** Handing over what was picked up. The total is counted by a person and typed: the page does not fill it in. */
export function Rendicion({ chosen, closed }: { chosen: readonly Retiro[]; closed: (id: number) => void }) {
  const w = words.value.oficina.retiros;
  const [typed, setTyped] = useState<Record<string, string>>({});
  const [note, setNote] = useState("");
  const doing = useDoing();
  const sums = received(chosen);
  const exact = Object.entries(sums).every(([currency, sum]) => figure(typed[currency] ?? "") === sum);

  function close(event: SubmitEvent) {
    event.preventDefault();
    const totals = Object.fromEntries(Object.keys(sums).map((currency) => [currency, figure(typed[currency] ?? "")]));
    doing.run(async () => {
      const json = { retiros: chosen.map((it) => it.id), totals, note: note.trim() };
      const { id } = await ask<{ id: number }>("/api/rendiciones", { json });
      setTyped({});
      setNote("");
      closed(id);
    });
  }

  return (
    <section class="panel fill" aria-labelledby="settle-title">
      <h2 id="settle-title">{w.settle}</h2>
      <p class="soft">{w.settleExplain}</p>
      <form class="form" onSubmit={close}>
        <p>
          <b>{w.chosen(chosen.length)}</b>
        </p>
        {Object.entries(sums).map(([currency, sum]) => (
          <label key={currency}>
            {w.declared(currency)}
            <input
              inputMode="decimal"
              required
              value={typed[currency] ?? ""}
              onInput={(event) => setTyped({ ...typed, [currency]: event.currentTarget.value })}
            />
            <Off sum={sum} typed={figure(typed[currency] ?? "")} currency={currency} />
          </label>
        ))}
        <Note label={w.note} note={note} write={setNote} trouble={doing.trouble} />
        <button type="submit" class="primary" disabled={!chosen.length || !exact || doing.busy}>
          {w.close}
        </button>
      </form>
      <Look />
    </section>
  );
}

function Off({ sum, typed, currency }: { sum: string; typed: string | null; currency: string }) {
  const w = words.value.oficina.retiros;
  if (typed === null) return null;
  if (typed === sum) return <span class="good">{w.exact}</span>;
  return (
    <span class="bad">
      {w.sum} {money(currency, sum)}
    </span>
  );
}

interface Closed {
  id: number;
  mandante: string;
  at_ms: number;
  by: string;
  note: string;
  totals: Record<string, string>;
  retiros: readonly Retiro[];
}

/** A rendición that was closed, by its number. */
function Look() {
  const w = words.value.oficina.retiros;
  const [number, setNumber] = useState("");
  const [path, look] = useState("");
  const asked = useAsked<Closed>(path);
  return (
    <>
      <h3>{w.look}</h3>
      <form
        class="bar"
        onSubmit={(event) => {
          event.preventDefault();
          look(`/api/rendiciones/${Number(number)}`);
        }}
      >
        <label class="row">
          {w.number}
          <input
            inputMode="numeric"
            pattern="[0-9]+"
            required
            value={number}
            onInput={(event) => setNumber(event.currentTarget.value)}
          />
        </label>
        <button type="submit">{w.show}</button>
      </form>
      <Answer of={asked}>
        {(it) => (
          <>
            <p>
              <b>{w.rendicion(it.id)}</b> · {it.mandante} · {w.closedBy(it.by, moment(it.at_ms))}
            </p>
            <p>
              {Object.entries(it.totals)
                .map(([currency, sum]) => money(currency, sum))
                .join(" · ")}
            </p>
            <ul class="plain">
              {it.retiros.map((one) => (
                <li key={one.id}>
                  {one.id} · {one.name || one.rut} · {money(one.currency, one.done_amount ?? "0")} · {one.receipt}
                </li>
              ))}
            </ul>
          </>
        )}
      </Answer>
    </>
  );
}
