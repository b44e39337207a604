import { useEffect, useRef } from "preact/hooks";
import { words } from "../words";
import type { Card } from "./card";
import { usePlace } from "./place";

/** See, decide, dial: or leave the case for later, with a reason. */
export function PreviewControls({ card }: { card: Card }) {
  const { desk, panel } = usePlace();
  const w = words.value.agente.card;
  const choosing = panel.value === "skip";
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (choosing) list.current?.querySelector("button")?.focus();
  }, [choosing]);

  function skip(reason: string) {
    panel.value = "";
    desk.say({ type: "skip", caso_id: card.caso_id, reason });
  }

  if (desk.dialing.value)
    return (
      <p class="controls" role="status">
        {w.dialing}
      </p>
    );
  return (
    <div class="controls">
      <p class="warn">{w.question}</p>
      <button type="button" class="primary" onClick={() => desk.dial(card.caso_id)}>
        {w.dial} <kbd>D</kbd>
      </button>
      <div class="menu">
        <button type="button" aria-expanded={choosing} onClick={() => (panel.value = choosing ? "" : "skip")}>
          {w.skip}
        </button>
        {choosing ? (
          <div
            class="sheet right"
            role="group"
            aria-label={w.skip}
            ref={list}
            onKeyDown={(event) => {
              const reason = Object.keys(w.reasons)[Number(event.key) - 1];
              if (/^[1-9]$/.test(event.key) && reason) {
                event.stopPropagation();
                skip(reason);
              }
            }}
          >
            {Object.entries(w.reasons).map(([reason, label], index) => (
              <button type="button" key={reason} onClick={() => skip(reason)}>
                <kbd>{index + 1}</kbd> {label}
              </button>
            ))}
          </div>
        ) : null}
      </div>
    </div>
  );
}
