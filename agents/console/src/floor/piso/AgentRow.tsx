import { showSpan } from "../../core/floortime";
import { pauseLabel, words } from "../../words";
import { called, overMs } from "../agents";
import type { Agent } from "../board";
import { number } from "../format";
import { live } from "../live";
import { onAgent } from "../orders";
import { Outcome } from "../ui/Outcome";
import { Since } from "../ui/Since";

type Props = { agent: Agent; nodes: boolean; first: boolean; heard: string; open: (at: DOMRect) => void };

export function AgentRow({ agent, nodes, first, heard, open }: Props) {
  const w = words.value.piso;
  const on = onAgent(agent.agent_id);
  const sent = live.orders.value.get(on);
  const long = sent?.state === "refused" || sent?.state === "lost";
  const row = (
    <tr class={`s-${agent.state} ${agent.hand_ms ? "hand" : ""} ${heard ? "heard" : ""}`}>
      <td class="c-agent">
        <button
          type="button"
          class="bare who"
          data-agent={agent.agent_id}
          tabIndex={first ? 0 : -1}
          aria-haspopup="menu"
          title={w.agents.menu(called(agent))}
          onClick={(event) => open(event.currentTarget.getBoundingClientRect())}
        >
          <b>{agent.name || agent.agent_id}</b> {agent.name && <small class="soft">{agent.agent_id}</small>}
        </button>
        {agent.hand_ms ? <Hand since={agent.hand_ms} /> : null}
      </td>
      <td class="c-state">
        <i class={`dot s-${agent.state}`} />
        {w.states[agent.state]}
        {agent.state === "pausa" && agent.reason ? <small class="soft"> {pauseLabel(agent.reason)}</small> : null}
        <Over agent={agent} />
      </td>
      <td class="c-since">
        <Since ms={agent.since_ms} />
      </td>
      <td class="c-cartera" title={agent.carteras.join(", ")}>
        {agent.carteras.join(", ")}
      </td>
      <td class="c-calls">{number(agent.calls)}</td>
      <td class="c-gestiones">{number(agent.gestiones)}</td>
      {nodes && <td class="c-node">{agent.node}</td>}
      <td class="c-orders">
        {sent && !long ? <Outcome on={on} short /> : heard && <span class="heard">{w.ear.brief[heard]}</span>}
      </td>
    </tr>
  );
  if (!long) return row;
  return (
    <>
      {row}
      <tr class="told">
        <td colSpan={nodes ? 8 : 7}>
          <Outcome on={on} />
        </td>
      </tr>
    </>
  );
}

/** A pause beyond its budget: by colour and in words. */
function Over({ agent }: { agent: Agent }) {
  const w = words.value.piso.agents;
  const over = overMs(agent, live.floor.value?.pauses ?? [], live.nowMs.value);
  return over ? <b class="over bad"> {w.over(showSpan(over))}</b> : null;
}

function Hand({ since }: { since: number }) {
  const w = words.value.piso.agents;
  const told = showSpan(live.nowMs.value - since);
  return (
    <span class="up" title={w.hand(told)}>
      ▲ {w.handShort} {told}
    </span>
  );
}
