import { useEffect, useRef } from "preact/hooks";
import { words } from "../words";
import { back, go, here, mayGo, suggested, tick } from "./guion";
import { usePlace } from "./place";
import type { Shown } from "./writing";

/** What to say now. Digits answer; Enter ticks a mandatory step and goes on; Backspace goes back. */
export function Script({ call }: { call: Shown }) {
  const { desk } = usePlace();
  const w = words.value.agente.script;
  const { writing } = desk;
  const walk = writing.walk.value;
  const node = here(call.guion, walk);
  const text = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    text.current?.scrollIntoView({ block: "nearest" });
  }, [walk.length]);
  if (!node) return null;
  const open = mayGo(call.guion, walk);
  const ticked = walk.at(-1)?.ticked ?? false;
  const offered = suggested(call.guion, walk);
  const label = call.arbol.dispositions.find((one) => one.code === offered)?.label;
  return (
    <section class="panel fill script" id="script" tabIndex={-1} aria-labelledby="script-title">
      <h2 id="script-title">
        {w.title} <span class="soft">{call.preview ? w.ofPreview : w.step(walk.length)}</span>
        <button type="button" disabled={walk.length < 2} onClick={() => writing.step(back(walk))}>
          {w.back} <kbd>⌫</kbd>
        </button>
      </h2>
      <div class="scroll">
        <p class={node.kind === "legal" ? "say legal" : "say"} ref={text} aria-live="polite">
          {node.text}
        </p>
        {node.mandatory ? (
          <label class={ticked ? "tick done" : "tick"}>
            <input
              type="checkbox"
              checked={ticked}
              disabled={call.preview}
              onChange={(event) => writing.step(tick(walk, event.currentTarget.checked))}
            />
            {w.mandatory} {ticked ? null : <kbd>Enter</kbd>}
          </label>
        ) : null}
        <div class="answers" role="group" aria-label={w.title}>
          {node.answers.map((one) => (
            <button
              type="button"
              key={one.key}
              disabled={!open || call.preview}
              onClick={() => writing.step(go(call.guion, walk, one.goto))}
            >
              <kbd>{one.key}</kbd> {one.label}
            </button>
          ))}
          {node.next ? (
            <button
              type="button"
              class="primary"
              disabled={!open || call.preview}
              onClick={() => writing.step(go(call.guion, walk, node.next))}
            >
              {w.next} <kbd>Enter</kbd>
            </button>
          ) : null}
        </div>
        {open || call.preview ? null : <p class="soft">{w.mustTick}</p>}
        {node.kind === "end" ? <p class="soft">{label ? w.suggests(label) : w.over}</p> : null}
      </div>
    </section>
  );
}
