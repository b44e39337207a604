import { useEffect, useRef } from "preact/hooks";
import { showSpan } from "../core/floortime";
import type { PauseReason } from "../core/protocol";
import { pauseLabel, words } from "../words";
import { useNow, usePlace } from "./place";

/** Reasons with what is left of each one's budget today. Digits choose, Escape closes. */
export function PauseMenu() {
  const { desk, panel } = usePlace();
  const w = words.value.agente.bar;
  const open = panel.value === "pause";
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (open) box.current?.querySelector("button")?.focus();
  }, [open]);
  if (desk.state.value.state === "desconectado") return null;
  const reasons = desk.welcome.value?.pauses ?? [];

  function rest(reason: string) {
    panel.value = "";
    desk.pause(reason);
  }

  function pressed(event: KeyboardEvent) {
    const chosen = reasons[Number(event.key) - 1];
    if (/^[1-9]$/.test(event.key) && chosen) rest(chosen.reason);
    else if (event.key === "Escape") panel.value = "";
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event.key === "ArrowDown" ? 1 : -1);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function step(by: number) {
    const all = [...(box.current?.querySelectorAll("button") ?? [])];
    const now = all.indexOf(document.activeElement as HTMLButtonElement);
    all[(now + by + all.length) % all.length]?.focus();
  }

  return (
    <div class="menu">
      <button type="button" aria-expanded={open} onClick={() => (panel.value = open ? "" : "pause")}>
        {w.pause} <kbd>P</kbd>
      </button>
      {open ? (
        <div class="sheet" ref={box} role="group" aria-label={w.pause} onKeyDown={pressed}>
          {reasons.length ? null : <p class="soft">{w.noPauses}</p>}
          {(reasons.length ? reasons : [{ reason: "otro", label: w.plainPause }]).map((one, index) => (
            <button type="button" key={one.reason} onClick={() => rest(one.reason)}>
              <kbd>{index + 1}</kbd> {pauseLabel(one.reason, one.label)} <Left reason={one} />
            </button>
          ))}
        </div>
      ) : null}
    </div>
  );
}

function Left({ reason }: { reason: PauseReason }) {
  const { desk } = usePlace();
  const now = useNow();
  const w = words.value.agente.bar;
  if (!reason.budget_ms) return null;
  const left = desk.left(reason, now);
  return (
    <span class={left < 0 ? "bad" : "soft"}>{left < 0 ? w.overBudget(showSpan(-left)) : w.budget(showSpan(left))}</span>
  );
}
