import { words } from "../../words";
import { inFlight, sum } from "../carteras";
import { number } from "../format";

/** The calls under way by what they are doing, as one bar with its words. */
export function Flight({ stages }: { stages: Record<string, number> }) {
  const w = words.value.piso;
  const groups = inFlight(stages);
  const all = sum(stages);
  return (
    <div class="flight">
      <div class="line">
        <span class="name">{w.carteras.flight}</span>
        <div class="stack" aria-hidden="true">
          {groups.map(({ group, n }) => (
            <i key={group} class={`g-${group}`} style={{ flexGrow: n }} />
          ))}
        </div>
        <b>{number(all)}</b>
      </div>
      <ul>
        {groups.map(({ group, n }) => (
          <li key={group} class={group === "waiting" ? "bad" : ""}>
            <i class={`dot g-${group}`} /> {w.groups[group]} <b>{number(n)}</b>
          </li>
        ))}
      </ul>
    </div>
  );
}
