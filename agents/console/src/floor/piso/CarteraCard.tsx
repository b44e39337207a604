import { showSpan } from "../../core/floortime";
import { may } from "../../core/session";
import { words } from "../../words";
import type { Cartera } from "../board";
import { contactRate, paceFigures, paceSaid, said, standing, sum } from "../carteras";
import { number, percent } from "../format";
import { live } from "../live";
import { onCartera } from "../orders";
import { Outcome } from "../ui/Outcome";
import { Abandonment } from "./Abandonment";
import { Flight } from "./Flight";
import { NotPlaced } from "./NotPlaced";
import type { AskingCartera } from "./orders/AskingAboutCartera";
import { Figure } from "./Totals";

type Props = { name: string; row: Cartera; few: boolean; ask: (asking: AskingCartera) => void };

export function CarteraCard({ name, row, few, ask }: Props) {
  const w = words.value.piso;
  const stands = standing(row);
  return (
    <article class={`cartera ${stands}`} aria-label={name}>
      <header>
        <h3>{name}</h3>
        <span class="soft">
          {said(w.carteras.modes, row.mode)} {row.version?.number ? w.carteras.version(row.version.number) : ""}
        </span>
        <span class={`standing ${stands}`}>
          <i class="dot" /> {w.carteras.standing[stands]}
        </span>
        <Orders name={name} row={row} ask={ask} />
      </header>
      <Outcome on={onCartera(name)} />
      {row.held && (
        <p class="bad">{w.carteras.held(row.held.by, showSpan(live.nowMs.value - row.held.at_ms), row.held.reason)}</p>
      )}
      {row.version?.unfit && <p class="bad">{w.carteras.unfit(row.version.unfit)}</p>}
      <dl class="figures">
        <Figure name={w.carteras.pace} value={number(row.calls_per_minute)} />
        <Figure name={w.carteras.waiting} value={number(row.waiting)} tone={row.waiting ? "bad" : ""} />
        <Figure name={w.carteras.contact} value={contactRate(row)} title={w.carteras.contactLong} />
        <Figure name={w.carteras.queue} value={number(row.queue.ready ?? 0)} />
        <Figure name={w.carteras.later} value={number(row.queue.later ?? 0)} />
      </dl>
      <Flight stages={row.in_flight} />
      <Abandonment row={row} />
      <Walk row={row} />
      <Goal row={row} />
      {row.pacing && (
        <p class="why">
          <b>{w.carteras.why}</b> {[paceSaid(row.pacing, w.pace), ...paceFigures(row.pacing, w.pace)].join(" · ")}
        </p>
      )}
      {sum(row.not_placed) > 0 && <NotPlaced counts={row.not_placed} open={few} />}
    </article>
  );
}

function Orders({ name, row, ask }: Omit<Props, "few">) {
  const w = words.value.piso;
  const [tell, stop] = [may("move_agents"), may("hold_cartera")];
  if (!tell && !stop) return null;
  const release = () => live.order(onCartera(name), w.verbs.release, { type: "release_cartera", cartera: name });
  return (
    <fieldset class="orders">
      <legend class="unseen">{w.carteras.orders(name)}</legend>
      {tell && (
        <button type="button" onClick={() => ask({ verb: "say", cartera: name })}>
          {w.verbs.say}
        </button>
      )}
      {stop && row.held && (
        <button type="button" class="primary" onClick={release}>
          {w.verbs.release}
        </button>
      )}
      {stop && !row.held && (
        <button type="button" class="danger" onClick={() => ask({ verb: "hold", cartera: name })}>
          {w.verbs.hold}
        </button>
      )}
    </fieldset>
  );
}

/** The recorrido: how many of its cases were tried at least once. */
function Walk({ row }: { row: Cartera }) {
  const w = words.value.piso.carteras;
  const { touched, total } = row.cases;
  return (
    <div class="line">
      <span class="name">{w.walk}</span>
      <meter min={0} max={Math.max(1, total)} value={touched} aria-label={w.walk} />
      <span>{total ? `${w.walked(number(touched), number(total))} · ${percent(touched, total)}` : w.noCases}</span>
    </div>
  );
}

/** The day's goals, of a cartera that has any. */
function Goal({ row }: { row: Cartera }) {
  const w = words.value.piso.carteras;
  const goals = [
    [w.contacts, row.connected, row.goal?.contacts],
    [w.promises, row.promises, row.goal?.promises],
  ] as const;
  return (
    <>
      {goals.map(([name, done, goal]) =>
        goal && done !== undefined ? (
          <div key={name} class="line">
            <span class="name">
              {w.goal}: {name}
            </span>
            <meter min={0} max={goal} value={done} aria-label={`${w.goal}: ${name}`} />
            <span>
              {number(done)} / {number(goal)}
            </span>
          </div>
        ) : null,
      )}
    </>
  );
}
