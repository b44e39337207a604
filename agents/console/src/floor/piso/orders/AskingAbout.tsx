import type { Floor } from "../../board";
import { Logout } from "./Logout";
import { Move } from "./Move";
import { Pause } from "./Pause";
import { Say } from "./Say";

/** An order that needs a question first. A message may be for one agent, or whom the dialog is told. */
export type Asking =
  | { verb: "move" | "pause" | "logout"; agent_id: string }
  | { verb: "say"; agent_id?: string; cartera?: string };

export function AskingAbout({ asking, floor, close }: { asking: Asking; floor: Floor; close: () => void }) {
  const agent = floor.agents.find((it) => it.agent_id === asking.agent_id);
  if (asking.verb === "say") return <Say asking={asking} floor={floor} close={close} />;
  if (!agent) return null;
  if (asking.verb === "move") return <Move agent={agent} floor={floor} close={close} />;
  return asking.verb === "pause" ? (
    <Pause agent={agent} floor={floor} close={close} />
  ) : (
    <Logout agent={agent} close={close} />
  );
}
