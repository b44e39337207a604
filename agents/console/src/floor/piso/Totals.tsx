import { words } from "../../words";
import type { Floor } from "../board";
import { alarm, strictest } from "../carteras";
import { number, percent } from "../format";

/** The day's figures of all carteras, in one line. */
export function Totals({ floor }: { floor: Floor }) {
  const w = words.value.piso;
  const { total } = floor;
  const limit = strictest(floor.carteras);
  const { p50, p99 } = total.answer_to_agent_ms;
  const ms = (n: number | null) => (n === null ? "–" : number(Math.round(n)));
  return (
    <dl class="totals panel" aria-label={w.totals.label}>
      <Figure name={w.totals.waiting} value={number(total.waiting)} tone={total.waiting ? "bad" : ""} />
      <Figure name={w.totals.pace} value={number(total.calls_per_minute)} />
      <Figure name={w.totals.placed} value={number(total.calls_placed)} />
      <Figure name={w.totals.answered} value={number(total.answered)} />
      <Figure name={w.totals.connected} value={number(total.connected)} tone="good" />
      <Figure name={w.totals.abandoned} value={number(total.abandoned)} />
      <Figure
        name={w.totals.abandonment}
        value={percent(total.abandon_ratio)}
        note={limit === null ? "" : w.carteras.of(percent(limit))}
        tone={alarm(total.abandon_ratio, limit)}
      />
      <Figure name={w.totals.occupancy} value={percent(floor.occupancy)} />
      <Figure name={w.totals.gestiones} value={number(total.gestiones)} />
      <Figure name={w.totals.wait} value={`${ms(p50)} / ${ms(p99)}`} note="ms" title={w.totals.waitLong} />
    </dl>
  );
}

type Props = { name: string; value: string; note?: string; tone?: string; title?: string };

export function Figure({ name, value, note = "", tone = "", title }: Props) {
  return (
    <div title={title}>
      <dt>{name}</dt>
      <dd class={tone}>
        {value} {note && <small class="soft">{note}</small>}
      </dd>
    </div>
  );
}
