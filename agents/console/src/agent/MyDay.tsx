import { showSpan } from "../core/floortime";
import { sums } from "../core/money";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { usePlace } from "./place";
import { useAsked } from "./useAsked";

type Day = {
  states_ms: Record<string, number>;
  calls: number;
  contacts: number;
  promises: number;
  promised: Record<string, string>;
  gestiones: number;
  goal: { promises: number | null; contacts: number | null };
};

export function MyDay() {
  const { panel } = usePlace();
  const w = words.value.agente;
  const { found, trouble } = useAsked<Day>("/api/mi-dia");
  return (
    <Dialog title={w.day.title} close={() => (panel.value = "")} wide>
      {trouble ? (
        <p class="warn" role="alert">
          {trouble}
        </p>
      ) : null}
      {found ? <Figures day={found} /> : trouble ? null : <p class="soft">{w.loading}</p>}
    </Dialog>
  );
}

function Figures({ day }: { day: Day }) {
  const w = words.value.agente;
  const tiles: [string, string, number | null][] = [
    [w.day.calls, String(day.calls), null],
    [w.day.contacts, String(day.contacts), day.goal.contacts],
    [w.day.promises, String(day.promises), day.goal.promises],
    [w.day.promised, sums(day.promised).join(" + ") || "$0", null],
    [w.day.gestiones, String(day.gestiones), null],
  ];
  const all = Object.values(day.states_ms).reduce((sum, one) => sum + one, 0);
  const states = Object.entries(day.states_ms).sort(([, a], [, b]) => b - a);
  return (
    <div class="stack">
      <dl class="tiles">
        {tiles.map(([label, figure, goal]) => (
          <div key={label}>
            <dt class="soft">{label}</dt>
            <dd>
              {figure}
              {goal === null ? null : (
                <>
                  <span class="soft small"> {w.day.goal(goal)}</span>
                  <progress
                    aria-label={w.day.goal(goal)}
                    max={Math.max(1, goal)}
                    value={Math.min(goal, Number(figure))}
                  />
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
      <h3>{w.day.times}</h3>
      <table>
        <tbody>
          {states.map(([state, ms]) => (
            <tr key={state}>
              <th scope="row">{w.states[state] ?? state}</th>
              <td>{showSpan(ms)}</td>
              <td class="share">
                <meter aria-label={w.states[state] ?? state} min={0} max={all || 1} value={ms} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
