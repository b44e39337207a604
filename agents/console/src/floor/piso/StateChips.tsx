import type { State } from "../../core/protocol";
import { words } from "../../words";
import { STATES } from "../agents";
import { number } from "../format";

type Props = { counts: Record<State, number>; chosen: State | ""; choose: (state: State | "") => void };

/** Those that are told also when nobody is in them. */
const ALWAYS: readonly State[] = ["disponible", "hablando", "cierre", "pausa"];

/** How many are in each state; each is also the filter by it. */
export function StateChips({ counts, chosen, choose }: Props) {
  const w = words.value.piso;
  return (
    <fieldset class="chips">
      <legend class="unseen">{w.agents.byState}</legend>
      {STATES.filter((it) => ALWAYS.includes(it) || counts[it] || it === chosen).map((state) => (
        <button
          key={state}
          type="button"
          class={counts[state] ? "" : "zero"}
          aria-pressed={chosen === state}
          onClick={() => choose(chosen === state ? "" : state)}
        >
          <i class={`dot s-${state}`} />
          {w.states[state]} <b>{number(counts[state] ?? 0)}</b>
        </button>
      ))}
    </fieldset>
  );
}
