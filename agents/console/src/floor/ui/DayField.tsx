import { useState } from "preact/hooks";
import { showDay } from "../../core/floortime";
import { words } from "../../words";
import { typedDay } from "./day";

type Props = { label: string; value: string; set: (iso: string) => void; required?: boolean };

/** A day, typed dd-mm-yyyy: the browser's own field follows the browser's language, and puts the month first in some. */
export function DayField({ label, value, set, required = false }: Props) {
  const w = words.value.piso.day;
  const [text, type] = useState(value ? showDay(value) : "");
  const odd = text.trim() !== "" && typedDay(text) === null;
  return (
    <label>
      {label}
      <input
        inputMode="numeric"
        placeholder={w.shape}
        required={required}
        aria-invalid={odd}
        value={text}
        onInput={(event) => {
          type(event.currentTarget.value);
          set(typedDay(event.currentTarget.value) ?? "");
        }}
        onBlur={() => !odd && value && type(showDay(value))}
      />
      {odd && (
        <small class="warn" role="status">
          {w.odd}
        </small>
      )}
    </label>
  );
}
