import { useSignal } from "@preact/signals";
import { words } from "../../words";
import type { Floor } from "../board";
import { strictest } from "../carteras";
import { number, percent } from "../format";
import { live } from "../live";
import { abandonment, pace, STACK, stacked } from "../series";
import { worn } from "../worn";
import { Chart, type Line } from "./Chart";

export function Charts({ floor }: { floor: Floor }) {
  const w = words.value.piso.charts;
  const of = useSignal("");
  const cartera = floor.carteras[of.value] ? of.value : "";
  return (
    <section class="panel charts" aria-labelledby="charts-title">
      <div class="bar">
        <h2 id="charts-title">{w.label}</h2>
        <select
          aria-label={w.of}
          value={cartera}
          onChange={(event) => {
            of.value = event.currentTarget.value;
          }}
        >
          <option value="">{w.everything}</option>
          {Object.keys(floor.carteras).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
      </div>
      <div class="three">
        <ByState floor={floor} />
        <Abandoned floor={floor} cartera={cartera} />
        <Pace floor={floor} cartera={cartera} />
      </div>
    </section>
  );
}

function ByState({ floor }: { floor: Floor }) {
  const w = words.value.piso;
  const lines: Line[] = [...STACK].reverse().map((state) => ({
    label: w.states[state] ?? state,
    color: `s-${state}`,
    fill: true,
    now: number(floor.agents_by_state[state] ?? 0),
  }));
  const [x, ...grown] = stacked(live.points.value);
  return <Told title={w.charts.agents} lines={lines} data={[x, ...grown.reverse()]} legend={false} />;
}

function Abandoned({ floor, cartera }: { floor: Floor; cartera: string }) {
  const w = words.value.piso.charts;
  const row = floor.carteras[cartera] ?? floor.total;
  const limit = cartera ? (floor.carteras[cartera]?.abandon_ratio_max ?? null) : strictest(floor.carteras);
  const lines: Line[] = [
    { label: w.m30, color: "s-hablando", now: percent(row.abandon_ratio_30m) },
    { label: w.h24, color: "s-cierre", now: percent(row.abandon_ratio_24h) },
    { label: w.limit, color: "bad", dash: true, now: limit === null ? "–" : percent(limit) },
  ];
  return <Told title={w.abandonment} lines={lines} data={abandonment(live.points.value, cartera, limit)} />;
}

function Pace({ floor, cartera }: { floor: Floor; cartera: string }) {
  const w = words.value.piso.charts;
  const row = floor.carteras[cartera] ?? floor.total;
  const lines: Line[] = [
    { label: w.placed, color: "s-hablando", now: number(row.calls_per_minute) },
    { label: w.waiting, color: "bad", now: number(row.waiting) },
  ];
  return <Told title={w.pace} lines={lines} data={pace(live.points.value, cartera)} />;
}

type ToldProps = { title: string; lines: Line[]; data: ReturnType<typeof pace>; legend?: boolean };

/** The colours of the states are those of the states beside it, and need no legend of their own. */
function Told({ title, lines, data, legend = true }: ToldProps) {
  const values = lines.map((it) => `${it.label} ${it.now}`).join(", ");
  return (
    <Chart
      title={title}
      told={words.value.piso.charts.now(title, values)}
      lines={lines}
      data={data}
      theme={worn()}
      legend={legend}
    />
  );
}
