import { words } from "../../words";
import type { Key, Value } from "./strategy";

type Props = { id: string; it: Key; value: readonly string[]; set: (value: Value) => void };

/** What comes first, second, third: a list of choices without repeats. */
export function Order({ id, it, value, set }: Props) {
  const w = words.value.estrategia;
  const places = Array.from({ length: Math.min(value.length + 1, it.length_max ?? it.choices.length) }, (_, n) => n);
  const put = (place: number, choice: string) => {
    const next = value.filter((one, n) => n !== place && one !== choice);
    if (choice) next.splice(place, 0, choice);
    set(next);
  };
  return (
    <span class="order">
      {places.map((place) => (
        <select
          key={place}
          id={place ? `${id}-${place}` : id}
          aria-label={place ? `${w.keys[it.name]?.label} ${w.place(place + 1)}` : undefined}
          value={value[place] ?? ""}
          onChange={(event) => put(place, event.currentTarget.value)}
        >
          {(place > 0 || value.length !== 1) && <option value="">{w.nothing}</option>}
          {it.choices.map((one) => (
            <option key={one} value={one}>
              {w.choices[one] ?? one}
            </option>
          ))}
        </select>
      ))}
    </span>
  );
}
