import { Preferences } from "../ui/Preferences";
import { words } from "../words";
import { usePlace } from "./place";

const percent = (ratio: number) => (100 * ratio).toFixed(1).replace(".", ",");

/** The link to the server, the registration in Asterisk and what reaches the ear: always in sight, in words. */
export function Health() {
  const { desk, headset, panel } = usePlace();
  const w = words.value.agente.health;
  const { state, latencyMs, jitterMs } = desk.post.health.value;
  return (
    <footer class="health" aria-label={w.label}>
      <span class={state === "open" ? "good" : "bad"} role="status">
        <span class="dot" aria-hidden="true" />
        {w.server}: {words.value.link[state]}
      </span>
      {state === "open" && latencyMs ? (
        <span class={latencyMs > 300 || jitterMs > 60 ? "warn" : "soft"}>
          {words.value.link.latency} {w.ms(latencyMs)} · {w.jitter(w.ms(jitterMs))}
        </span>
      ) : null}
      <Phone />
      <Sound />
      <span class="grow" />
      {headset.phase.value === "absent" ? (
        <span class="soft clip" title={w.absent}>
          {w.absent}
        </span>
      ) : (
        <button type="button" onClick={() => (panel.value = "headset")}>
          {words.value.agente.bar.headset}
        </button>
      )}
      <Preferences />
    </footer>
  );
}

function Phone() {
  const { headset } = usePlace();
  const w = words.value.agente.health;
  const phase = headset.phase.value;
  const tone = phase === "registered" ? "good" : phase === "absent" ? "soft" : "bad";
  return (
    <span class={tone} role="status">
      <span class="dot" aria-hidden="true" />
      {w.sip}: {w.phases[phase]}
      {phase === "registered" ? ` · ${headset.parked.value ? w.parked : w.noLeg}` : ""}
    </span>
  );
}

function Sound() {
  const { desk, headset } = usePlace();
  const w = words.value.agente.health;
  const { lossRatio, jitterMs, flowing, measured } = headset.audio.value;
  const trouble = headset.trouble.value;
  if (trouble) return <span class="bad">{w.ice[trouble]}</span>;
  if (!headset.parked.value || !measured) return null;
  // Between calls and on hold Asterisk sends nothing on this leg.
  if (desk.state.value.state !== "hablando") return null;
  if (!flowing) return <span class="warn">{w.noSound}</span>;
  const poor = lossRatio > 0.03 || jitterMs > 50;
  return (
    <span class={poor ? "warn" : "soft"}>
      {w.audio}: {w.loss(percent(lossRatio))} · {w.jitter(w.ms(jitterMs))}
    </span>
  );
}
