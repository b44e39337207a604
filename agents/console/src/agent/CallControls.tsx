import { words } from "../words";
import { usePlace } from "./place";

export function CallControls() {
  const { desk, headset, panel } = usePlace();
  const w = words.value.agente.controls;
  const { state } = desk.state.value;
  const call = desk.writing.call.value;
  if (!desk.onCall)
    return (
      <div class="controls">
        {call?.pending && desk.writing.saving.value !== "saved" ? (
          <p class="warn">{words.value.agente.head.pendingTitle}</p>
        ) : null}
        <button type="button" onClick={() => (panel.value = "data")}>
          {w.data} <kbd>T</kbd>
        </button>
      </div>
    );
  const muted = headset.muted.value;
  const held = state === "espera";
  return (
    <div class="controls" role="group" aria-label={w.label}>
      {headset.phase.value === "absent" ? null : (
        <button type="button" aria-pressed={muted} class={muted ? "on" : ""} onClick={() => headset.mute(!muted)}>
          {muted ? w.unmute : w.mute} <kbd>F2</kbd>
        </button>
      )}
      <button
        type="button"
        aria-pressed={held}
        class={held ? "on" : ""}
        onClick={() => desk.say({ type: held ? "resume" : "hold" })}
      >
        {held ? w.resume : w.hold} <kbd>F4</kbd>
      </button>
      <button type="button" onClick={() => (panel.value = "transfer")}>
        {w.transfer} <kbd>F8</kbd>
      </button>
      <button type="button" onClick={() => (panel.value = "keypad")}>
        {w.keypad} <kbd>F10</kbd>
      </button>
      <button type="button" onClick={() => (panel.value = "data")}>
        {w.data} <kbd>T</kbd>
      </button>
      <button type="button" class="danger" onClick={() => desk.say({ type: "hangup" })}>
        {w.hangup} <kbd>F9</kbd>
      </button>
    </div>
  );
}
