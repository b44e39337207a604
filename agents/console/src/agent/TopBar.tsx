import { showSpan } from "../core/floortime";
import { words } from "../words";
import { PauseMenu } from "./PauseMenu";
import { pauseName, useNow, usePlace, whyNot } from "./place";

export function TopBar() {
  const { desk } = usePlace();
  const w = words.value.agente.bar;
  return (
    <header class="top">
      <img src="/cintillo.svg" alt="Cintillo" width="26" height="26" />
      <StateChip />
      <ReadyButton />
      <PauseMenu />
      <Overheard />
      <span class="grow" />
      <Tools />
      <span class="who soft" title={desk.agent}>
        {desk.welcome.value?.name ?? desk.agent}
      </span>
      <button type="button" onClick={() => leave()}>
        {w.leave}
      </button>
    </header>
  );

  function leave() {
    if (confirm(w.leaveAsk)) desk.say({ type: "logout" });
  }
}

function StateChip() {
  const { desk } = usePlace();
  const now = useNow();
  const w = words.value.agente;
  const { state, since_ms, reason } = desk.state.value;
  const deciding = state === "reservado" && desk.writing.call.value?.preview;
  const title = desk.consulted ? w.transfer.consult : deciding ? w.preview : w.states[state];
  return (
    <div class="state" data-state={state}>
      <span class="dot" aria-hidden="true" />
      <strong>{desk.dialing.value ? w.card.dialing : title}</strong>
      {state === "pausa" && reason ? <span>{pauseName(desk, reason)}</span> : null}
      <span class="clock" role="timer" aria-label={w.bar.label}>
        {since_ms ? showSpan(now - since_ms) : ""}
      </span>
      <Over now={now} />
      {desk.wanted.value ? <span class="after">{w.bar.pauseAfter(pauseName(desk, desk.wanted.value))}</span> : null}
    </div>
  );
}

/** The pause that is running is beyond its day's budget: said once to a screen reader, shown while it lasts. */
function Over({ now }: { now: number }) {
  const { desk } = usePlace();
  const w = words.value.agente.bar;
  const { state, reason } = desk.state.value;
  const pause = desk.welcome.value?.pauses?.find((one) => one.reason === reason);
  const left = state === "pausa" && pause?.budget_ms ? desk.left(pause, now) : 0;
  if (left >= 0) return null;
  return (
    <span class="bad over">
      <strong role="alert">{w.overtime}</strong> <span aria-hidden="true">{showSpan(-left)}</span>
    </span>
  );
}

function ReadyButton() {
  const place = usePlace();
  const { desk } = place;
  const w = words.value.agente;
  const { state } = desk.state.value;
  const why = whyNot(place);
  const owes = state === "cierre" && desk.writing.owed;
  if (state !== "pausa" && state !== "cierre" && state !== "conectando") return null;
  const calling = state === "conectando" ? w.idle.connecting : "";
  const sentence = why || calling || (owes ? w.why.owes : "");
  return (
    <span class="ready">
      <button
        type="button"
        class="primary"
        disabled={sentence !== ""}
        aria-describedby={sentence ? "why-not" : undefined}
        onClick={() => desk.ready()}
      >
        {state === "cierre" ? w.bar.next : w.bar.ready} <kbd>D</kbd>
      </button>
      <span id="why-not" class={why ? "why bad" : "why soft"} role="status">
        {sentence}
      </span>
    </span>
  );
}

function Overheard() {
  const { desk } = usePlace();
  const w = words.value.agente.bar;
  const heard = desk.overheard.value;
  if (!heard) return null;
  return (
    <span class="overheard" role="status">
      {w.overheard[heard.mode] ?? heard.mode} {heard.by ? w.overheardBy(heard.by) : ""}
    </span>
  );
}

function Tools() {
  const { desk, panel } = usePlace();
  const w = words.value.agente.bar;
  const unread = desk.notices.value.filter((one) => !one.read).length;
  const up = desk.hand.value;
  return (
    <nav class="tools" aria-label={w.label}>
      <button type="button" aria-pressed={up} class={up ? "up" : ""} onClick={() => desk.raise(!up)}>
        {up ? w.handUp : w.raise}
      </button>
      <button type="button" class={unread ? "unread" : ""} onClick={() => (panel.value = "notices")}>
        {unread ? w.unread(unread) : w.notices}
      </button>
      <button type="button" onClick={() => (panel.value = "callbacks")}>
        {w.callbacks}
      </button>
      <button type="button" onClick={() => (panel.value = "day")}>
        {w.day}
      </button>
      <button type="button" onClick={() => (panel.value = "help")} aria-label={w.help} title={w.help}>
        ?
      </button>
    </nav>
  );
}
