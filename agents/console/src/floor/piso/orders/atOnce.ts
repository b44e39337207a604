import { words } from "../../../words";
import type { Verb } from "../../actions";
import type { Agent } from "../../board";
import { connect } from "../../ear";
import { headset } from "../../headset";
import { live, type Wish } from "../../live";
import { onAgent } from "../../orders";

/** Orders that need no question first; false for those that do. */
export function atOnce({ agent_id, node }: Agent, verb: Verb): boolean {
  const wish = wishOf(agent_id, verb);
  if (!wish) return false;
  const send = () => live.order(onAgent(agent_id), words.value.piso.verbs[verb], wish);
  if (wish.type === "spy") connect(headset, elsewhere(node)).then(send);
  else send();
  return true;
}

/** The agent's node where it is not the page's own. */
function elsewhere(node: string | undefined): string {
  const here = live.floor.value?.nodes?.[0]?.node;
  return node && here && node !== here ? node : "";
}

function wishOf(agent_id: string, verb: Verb): Wish | null {
  switch (verb) {
    case "listen":
    case "whisper":
    case "barge":
      return { type: "spy", agent_id, mode: verb };
    case "unspy":
      return { type: "unspy" };
    case "lower":
      return { type: "lower_hand", agent_id };
    default:
      return null;
  }
}
