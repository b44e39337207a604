import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { zone } from "../../core/session";
import { minute } from "../format";
import type { Columns } from "../series";

/** A page that was just opened has little to show, and shows it large. */
const LEAST_S = 120;

/** `color`: a class whose `color` is the line's; the canvas cannot read style sheets by itself. */
export type Line = { label: string; color: string; fill?: boolean; dash?: boolean; now: string };
type Props = { title: string; told: string; lines: readonly Line[]; data: Columns; theme: string; legend: boolean };

/** One small chart of the last quarter of an hour: its title and legend are text, its canvas a picture of them. */
export function Chart({ title, told, lines, data, theme, legend }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const names = lines.map((it) => it.label + it.color).join();

  useEffect(() => {
    const host = box.current;
    if (!host) return;
    const made = new uPlot(options(host, lines), data as uPlot.AlignedData, host);
    plot.current = made;
    const watch = new ResizeObserver(() => made.setSize(size(host)));
    watch.observe(host);
    return () => {
      watch.disconnect();
      made.destroy();
    };
  }, [names, theme]);
  useEffect(() => {
    const last = data[0].at(-1);
    plot.current?.setData(data as uPlot.AlignedData, true);
    if (last) plot.current?.setScale("x", { min: Math.min(data[0][0] ?? last, last - LEAST_S), max: last });
  }, [data]);

  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        {legend && (
          <ul>
            {lines.map((it) => (
              <li key={it.label}>
                <i class={`dot ${it.color}`} />
                {it.label} <b>{it.now}</b>
              </li>
            ))}
          </ul>
        )}
      </figcaption>
      <div ref={box} class="plot" role="img" aria-label={told} />
    </figure>
  );
}

function size(host: HTMLElement): { width: number; height: number } {
  return { width: Math.max(80, host.clientWidth), height: Math.max(60, host.clientHeight) };
}

function options(host: HTMLElement, lines: readonly Line[]): uPlot.Options {
  const ink = colour(host, "soft");
  const grid = { stroke: colour(host, "grid"), width: 1 };
  const axis = { stroke: ink, font: "10px system-ui", grid, ticks: { show: false }, gap: 2 };
  return {
    ...size(host),
    legend: { show: false },
    cursor: { show: false },
    padding: [6, 16, 0, 0],
    tzDate: (at) => uPlot.tzDate(new Date(at * 1000), zone()),
    scales: { y: { range: (_, __, top) => [0, Math.max(top * 1.1, 1)] } },
    axes: [
      { ...axis, size: 16, space: 60, values: (_, ats) => ats.map((at) => minute(at * 1000)) },
      { ...axis, size: 26, space: 22, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
    ],
    series: [{}, ...lines.map((it) => series(host, it))],
  };
}

function series(host: HTMLElement, line: Line): uPlot.Series {
  const stroke = colour(host, line.color);
  return {
    label: line.label,
    stroke,
    width: line.fill ? 0 : 1.5,
    points: { show: false },
    ...(line.fill ? { fill: stroke } : {}),
    ...(line.dash ? { dash: [5, 4] } : {}),
  };
}

/** The colour that a class has in the theme that is worn now. */
function colour(host: HTMLElement, name: string): string {
  const probe = document.createElement("i");
  probe.className = name;
  host.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}
