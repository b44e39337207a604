import { showSpan } from "../core/floortime";
import { words } from "../words";
import { HeadsetCheck } from "./HeadsetCheck";
import { useNow, usePlace, whyNot } from "./place";

/** Between calls: what is going on, and the headset's check while there is time for it. */
export function Idle() {
  const place = usePlace();
  const { desk, headset } = place;
  const now = useNow();
  const w = words.value.agente;
  const { state, since_ms } = desk.state.value;
  const [title, hint] = said(state, w.idle);
  const absent = headset.phase.value === "absent";
  const checking = !absent && headset.phase.value !== "unreachable";
  const why = state === "pausa" || state === "conectando" ? whyNot(place) : "";
  return (
    <main class="idle">
      <section class="panel now" data-state={state}>
        <h1>{title}</h1>
        <p class="big">{since_ms ? showSpan(now - since_ms) : ""}</p>
        <p class={why ? "bad" : "soft"}>{why || hint}</p>
        {desk.writing.notice.value ? <p class="notice">{desk.writing.notice.value}</p> : null}
      </section>
      {state === "disponible" || state === "reservado" ? null : (
        <section class="panel" aria-labelledby="check-title">
          <h2 id="check-title">{w.headset.title}</h2>
          {checking ? <HeadsetCheck /> : <p class="soft">{absent ? w.health.absent : headset.why.value}</p>}
        </section>
      )}
    </main>
  );
}

type Words = (typeof words.value)["agente"]["idle"];

function said(state: string, w: Words): [string, string] {
  const all: Record<string, [string, string]> = {
    disponible: [w.waiting, w.waitingHint],
    reservado: [w.incoming, w.waitingHint],
    hablando: [w.incoming, w.waitingHint],
    espera: [w.incoming, w.waitingHint],
    pausa: [w.paused, w.pausedHint],
    conectando: [w.connecting, w.connectingHint],
    cierre: [w.rest, w.restHint],
  };
  return all[state] ?? [w.off, w.offHint];
}
