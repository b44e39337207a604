import { useState } from "preact/hooks";
import { may } from "../../core/session";
import { words } from "../../words";
import { Answer } from "../ui/Answer";
import { useAsked } from "../ui/asking";
import { heads, Table } from "../ui/Table";
import { Rendicion } from "./Rendicion";
import { RetiroRow } from "./RetiroRow";
import { RETIRO_STATES, type Retiro } from "./retiro";
import { StepDialog, type Stepping } from "./StepDialog";

export function RetirosTab() {
  const w = words.value.oficina.retiros;
  const [state, filter] = useState("");
  const asked = useAsked<Retiro[]>(`/api/retiros?limit=1000&state=${state}`);
  const [stepping, step] = useState<Stepping | null>(null);
  const [chosen, choose] = useState<readonly number[]>([]);
  const [told, tell] = useState("");
  const settles = may("settle_retiro");
  const rows = asked.data ?? [];
  const picked = rows.filter((it) => chosen.includes(it.id) && it.state === "realizado");
  const turn = (id: number) => choose(chosen.includes(id) ? chosen.filter((it) => it !== id) : [...chosen, id]);

  return (
    <div class={settles ? "twin wide-left" : "one"}>
      <section class="panel fill" aria-labelledby="retiros-title">
        <div class="bar">
          <h2 id="retiros-title">{w.title}</h2>
          <select aria-label={w.state} value={state} onChange={(event) => filter(event.currentTarget.value)}>
            <option value="">{words.value.piso.ask.everyone}</option>
            {RETIRO_STATES.map((it) => (
              <option key={it} value={it}>
                {w.states[it]}
              </option>
            ))}
          </select>
          <p class="good" role="status">
            {told}
          </p>
          <button type="button" class="last" onClick={asked.again}>
            {words.value.piso.ask.again}
          </button>
        </div>
        <Answer of={asked} empty={w.empty}>
          {() => (
            <Table
              label={w.title}
              heads={[...heads(w.heads, ["id", "amount"]), { name: words.value.piso.agents.orders }]}
            >
              {rows.map((it) => (
                <RetiroRow
                  key={it.id}
                  it={it}
                  chosen={settles ? { is: chosen.includes(it.id), among: picked, turn: () => turn(it.id) } : null}
                  step={(act) => step({ act, retiro: it })}
                />
              ))}
            </Table>
          )}
        </Answer>
      </section>
      {settles && (
        <Rendicion
          chosen={picked}
          closed={(id) => {
            tell(w.closed(id));
            choose([]);
            asked.again();
          }}
        />
      )}
      {stepping && (
        <StepDialog
          stepping={stepping}
          close={() => step(null)}
          done={(after) => {
            step(null);
            tell(w.saved(after.id, w.states[after.state] ?? after.state));
            asked.again();
          }}
        />
      )}
    </div>
  );
}
