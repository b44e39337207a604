import { Dialog } from "../../../ui/Dialog";
import { words } from "../../../words";
import { called } from "../../agents";
import type { Agent } from "../../board";
import { live } from "../../live";
import { onAgent } from "../../orders";

export function Logout({ agent, close }: { agent: Agent; close: () => void }) {
  const w = words.value.piso;
  const { agent_id } = agent;
  function act() {
    live.order(onAgent(agent_id), w.verbs.logout, { type: "force_logout", agent_id });
    close();
  }
  return (
    <Dialog title={w.logout.title(called(agent))} close={close} go={{ label: w.logout.go, act, danger: true }}>
      <p>{w.logout.explain}</p>
    </Dialog>
  );
}
