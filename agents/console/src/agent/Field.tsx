import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { words } from "../words";
import type { Field as Name } from "./form";
import { usePlace } from "./place";

type Aria = { "aria-invalid": boolean; "aria-describedby": string };
type Props = { name: Name; label: string; note?: string; children: (aria: Aria) => ComponentChildren };

/** What may be wrong before anybody tried to save: only what was typed, never what is still empty. */
const EMPTY = new Set(["noCode", "noComment", "noDay", "noAmount", "noCall", "noAddress"]);

/** A labelled field with its fault, in words, right below. */
export function Field({ name, label, note = "", children }: Props) {
  const { desk } = usePlace();
  const { writing } = desk;
  const id = useId();
  const fault = writing.saving.value ? undefined : writing.faults()[name];
  const shown = fault && (writing.tried.value || !EMPTY.has(fault.what)) ? fault : undefined;
  return (
    <div class={shown ? "field wrong" : "field"}>
      <label>
        <span class="label">{label}</span>
        {children({ "aria-invalid": Boolean(shown), "aria-describedby": id })}
      </label>
      <p id={id} class={shown ? "bad small" : "soft small"} aria-live="polite">
        {shown ? words.value.agente.faults[shown.what](shown.with) : note}
      </p>
    </div>
  );
}
