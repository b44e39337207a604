import { words } from "../../words";
import type { Cartera } from "../board";
import { alarm, ofLimit } from "../carteras";
import { percent } from "../format";

/** Abandonment of the day, of 24 hours (what the pacer bounds) and of 30 minutes, against the limit. */
export function Abandonment({ row }: { row: Cartera }) {
  const w = words.value.piso.carteras;
  const limit = row.abandon_ratio_max;
  const used = ofLimit(row.abandon_ratio_24h, limit);
  const parts = [
    [w.today, row.abandon_ratio],
    [w.h24, row.abandon_ratio_24h],
    [w.m30, row.abandon_ratio_30m],
  ] as const;
  return (
    <div class="line">
      <span class="name">{w.abandonment}</span>
      {used !== null && (
        <meter
          class={alarm(row.abandon_ratio_24h, limit)}
          min={0}
          max={1}
          value={Math.min(1, used)}
          aria-label={`${w.abandonment} ${w.h24}, ${w.of(percent(limit ?? 0))}`}
        />
      )}
      <span class="parts">
        {parts.map(([name, ratio]) => (
          <span key={name}>
            {name} <b class={alarm(ratio, limit)}>{percent(ratio)}</b>
          </span>
        ))}
        <span class="soft">{limit === null ? w.noLimit : w.of(percent(limit))}</span>
      </span>
    </div>
  );
}
