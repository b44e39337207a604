import { showDay } from "../../core/floortime";
import { money } from "../../core/money";
import { may, session } from "../../core/session";
import { words } from "../../words";
import { moment } from "../format";
import { type Act, acts, fits, type Retiro } from "./retiro";

type Chosen = { is: boolean; among: readonly Retiro[]; turn: () => void };
type Props = { it: Retiro; chosen: Chosen | null; step: (act: Act) => void };

export function RetiroRow({ it, chosen, step }: Props) {
  const w = words.value.oficina.retiros;
  const me = session.value?.code ?? "";
  return (
    <tr>
      <td class="num">{it.id}</td>
      <td class="day">{showDay(it.due)}</td>
      <td>
        <b>{it.name || <span class="soft">{w.hidden}</span>}</b> <small class="soft">{it.rut}</small>
      </td>
      <td class="address">{it.address}</td>
      <td>
        {it.cartera} <small class="soft">{it.mandante}</small>
      </td>
      <td class="num">
        {money(it.currency, it.done_amount ?? it.amount)}
        {it.done_amount !== null && it.done_amount !== it.amount && (
          <small class="warn"> ({money(it.currency, it.amount)})</small>
        )}
      </td>
      <td>
        <details class="steps">
          <summary>{w.states[it.state]}</summary>
          <ul class="plain" aria-label={w.steps(String(it.id))}>
            {it.steps.map((one) => (
              <li key={`${one.at_ms} ${one.to}`}>
                {moment(one.at_ms)} · {w.states[one.to] ?? one.to} · {one.by} {one.note && `· ${one.note}`}
              </li>
            ))}
          </ul>
        </details>
      </td>
      <td>{it.requested_by}</td>
      <td>
        {it.assigned_to} {it.receipt && <small class="soft">{it.receipt}</small>}
      </td>
      <td class="acts">
        {acts(it, me, may).map(({ act, oneself }) => (
          <button
            key={act}
            type="button"
            class={act === "reject" || act === "annul" ? "danger" : ""}
            disabled={oneself}
            title={oneself ? w.oneself : undefined}
            onClick={() => step(act)}
          >
            {w.acts[act]}
          </button>
        ))}
        {chosen && it.state === "realizado" && (
          <input
            type="checkbox"
            aria-label={w.choose(it.id)}
            checked={chosen.is}
            disabled={!chosen.is && !fits(it, chosen.among, me)}
            onChange={chosen.turn}
          />
        )}
      </td>
    </tr>
  );
}
