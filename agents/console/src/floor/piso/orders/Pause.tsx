import { useState } from "preact/hooks";
import { Dialog } from "../../../ui/Dialog";
import { pauseLabel, words } from "../../../words";
import { called } from "../../agents";
import type { Agent, Floor } from "../../board";
import { live } from "../../live";
import { onAgent } from "../../orders";

export function Pause({ agent, floor, close }: { agent: Agent; floor: Floor; close: () => void }) {
  const w = words.value.piso;
  const kinds = floor.pauses ?? [];
  const [reason, set] = useState(kinds[0]?.reason ?? "");
  const { agent_id } = agent;
  function act() {
    live.order(onAgent(agent_id), w.verbs.pause, { type: "force_pause", agent_id, reason });
    close();
  }
  return (
    <Dialog title={w.pause.title(called(agent))} close={close} go={{ label: w.pause.go, act, disabled: !reason }}>
      <p>{w.pause.explain}</p>
      <label>
        {w.pause.reason}
        {kinds.length ? (
          <select value={reason} onChange={(event) => set(event.currentTarget.value)}>
            {kinds.map((it) => (
              <option key={it.reason} value={it.reason}>
                {pauseLabel(it.reason, it.label)}
              </option>
            ))}
          </select>
        ) : (
          <input required maxLength={40} value={reason} onInput={(event) => set(event.currentTarget.value)} />
        )}
      </label>
    </Dialog>
  );
}
