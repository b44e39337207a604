import { useSignalEffect } from "@preact/signals";
import { may } from "../core/session";
import { words } from "../words";
import { called } from "./agents";
import { earState, earWhy, follow, shutIn } from "./ear";
import { live } from "./live";
import { onAgent } from "./orders";
import { handed } from "./receiving";

const MODES = ["listen", "whisper", "barge"] as const;

/** On whose line this supervisor is, how, and the way out; and what their headset is doing where there is trouble. */
export function EarBar() {
  const w = words.value.piso;
  const { agent_id, mode, detail } = live.ears.value;
  useSignalEffect(() => follow(live.ears.value.mode, handed.value));
  if (!may("listen")) return null;
  const connecting = earState.value === "registering" || earState.value === "failed";
  if (!agent_id) return detail || connecting ? <p class="earbar soft">{connecting ? <EarTrouble /> : detail}</p> : null;
  const agent = live.floor.value?.agents.find((it) => it.agent_id === agent_id);
  const spy = (how: (typeof MODES)[number]) =>
    live.order(onAgent(agent_id), w.verbs[how], { type: "spy", agent_id, mode: how });
  return (
    <section class={`earbar on ${mode}`} aria-label={w.ear.how}>
      <strong>
        {w.ear.on[mode]} {agent ? called(agent) : agent_id}
      </strong>
      <fieldset class="modes">
        <legend class="unseen">{w.ear.how}</legend>
        {MODES.filter((it) => may(it)).map((it) => (
          <button key={it} type="button" aria-pressed={it === mode} onClick={() => spy(it)}>
            {w.verbs[it]}
          </button>
        ))}
      </fieldset>
      <span class="soft">
        {earState.value === "ready" && (shutIn(mode) ? w.ear.muted : w.ear.open)} {w.ear.seen}
      </span>
      <EarTrouble />
      <button
        type="button"
        class="danger"
        onClick={() => live.order(onAgent(agent_id), w.verbs.unspy, { type: "unspy" })}
      >
        {w.ear.leave}
      </button>
    </section>
  );
}

function EarTrouble() {
  const w = words.value.piso.ear;
  const state = earState.value;
  if (state === "ready" || state === "off") return null;
  return (
    <span class="warn" role="status">
      {(state === "none" && earWhy.value) || w[state]} {state === "failed" && earWhy.value}
    </span>
  );
}
