import { showDay } from "../../core/floortime";
import { words } from "../../words";
import { decimal, number } from "../format";
import { MEASURES, type Report, type Spread, spread, verdict } from "./strategy";

const WIDTH = 120;
const ROW = 7;

/** Today's strategy and the changed one, measure by measure, with what the difference is worth. */
export function Comparison({ it }: { it: Report }) {
  const t = words.value.estrategia.trial;
  return (
    <>
      <table class="comparison">
        <thead>
          <tr>
            {Object.entries(t.heads).map(([key, name]) => (
              <th key={key} scope="col" class={key === "measure" ? "" : "num"}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {MEASURES.map((measure) => {
            const [today, changed, difference] = [it.today[measure], it.changed[measure], it.difference[measure]];
            if (!today || !changed || !difference) return null;
            const moves = verdict(difference);
            return (
              <tr key={measure} data-measure={measure}>
                <th scope="row">
                  {t.measures[measure]}
                  <Bars today={today} changed={changed} label={t.bars(t.measures[measure] ?? measure)} />
                </th>
                <td class="num">{spread(measure, today)}</td>
                <td class="num">{spread(measure, changed)}</td>
                <td class="num">
                  {spread(measure, difference, true)}
                  <span class={moves === "unsure" ? "soft" : "moves"}>{t.verdicts[moves]}</span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <p class="soft">
        {t.simulated(it.seeds.length, decimal(it.hours), it.agents, number(it.took_s))}{" "}
        {it.history && t.people(number(it.calls), showDay(it.history[0] ?? ""), showDay(it.history[1] ?? ""))}
      </p>
      <details>
        <summary>{t.how}</summary>
        {[...it.assumed, it.how].map((one) => (
          <p key={one} class="soft">
            {one}
          </p>
        ))}
      </details>
    </>
  );
}

/** Two bars with their intervals on one scale from nothing. */
function Bars({ today, changed, label }: { today: Spread; changed: Spread; label: string }) {
  const top = Math.max(...[today, changed].map((it) => it.interval?.[1] ?? it.mean));
  const x = (value: number) => (top > 0 ? (WIDTH * Math.max(0, value)) / top : 0);
  return (
    <svg class="bars" viewBox={`0 0 ${WIDTH} ${2 * ROW}`} width={WIDTH} height={2 * ROW} role="img" aria-label={label}>
      {[today, changed].map((it, n) => (
        <g key={n ? "changed" : "today"} class={n ? "changed" : "today"}>
          <rect x="0" y={n * ROW + 1} width={x(it.mean)} height={ROW - 2} />
          {it.interval && (
            <line x1={x(it.interval[0])} x2={x(it.interval[1])} y1={(n + 0.5) * ROW} y2={(n + 0.5) * ROW} />
          )}
        </g>
      ))}
    </svg>
  );
}
