import { useState } from "preact/hooks";
import { session } from "../../../core/session";
import { Dialog } from "../../../ui/Dialog";
import { words } from "../../../words";
import { called } from "../../agents";
import type { Agent, Floor } from "../../board";
import { live } from "../../live";
import { onAgent } from "../../orders";

export function Move({ agent, floor, close }: { agent: Agent; floor: Floor; close: () => void }) {
  const w = words.value.piso;
  const [chosen, choose] = useState<readonly string[]>(agent.carteras);
  const all = new Set([...Object.keys(floor.carteras), ...(session.value?.carteras ?? []), ...agent.carteras]);
  const { agent_id } = agent;
  function act() {
    live.order(onAgent(agent_id), w.verbs.move, { type: "move", agent_id, carteras: chosen });
    close();
  }
  function turn(name: string, on: boolean) {
    choose(on ? [...chosen, name] : chosen.filter((it) => it !== name));
  }
  return (
    <Dialog title={w.move.title(called(agent))} close={close} go={{ label: w.move.go, act, disabled: !chosen.length }}>
      <p>{w.move.explain}</p>
      <div class="ticks">
        {[...all].map((name) => (
          <label key={name} class="tick">
            <input
              type="checkbox"
              autofocus={name === [...all][0]}
              checked={chosen.includes(name)}
              onChange={(event) => turn(name, event.currentTarget.checked)}
            />
            {name}
          </label>
        ))}
      </div>
      <p class="trouble" aria-live="polite">
        {chosen.length ? "" : w.move.none}
      </p>
    </Dialog>
  );
}
