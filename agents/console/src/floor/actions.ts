import type { Agent } from "./board";

/** What a supervisor does with an agent; the key works on the agent's row and in its menu. */
export const VERBS = ["listen", "whisper", "barge", "unspy", "move", "pause", "logout", "lower", "say"] as const;
export type Verb = (typeof VERBS)[number];
export type Action = { verb: Verb; key: string };

export const KEYS: Record<Verb, string> = {
  listen: "1",
  whisper: "2",
  barge: "3",
  unspy: "0",
  say: "m",
  lower: "b",
  move: "c",
  pause: "p",
  logout: "x",
};
const NEEDS: Record<Verb, string> = {
  listen: "listen",
  whisper: "whisper",
  barge: "barge",
  unspy: "listen",
  say: "move_agents",
  lower: "move_agents",
  move: "move_agents",
  pause: "move_agents",
  logout: "move_agents",
};
const MODES: Partial<Record<Verb, string>> = { listen: "listen", whisper: "whisper", barge: "barge" };

/** On whose line this supervisor's headset is, and how. */
export type Ears = { agent_id: string; mode: string };

/** What may be asked of the agent as they are now, in the menu's order. */
export function actionsOn(agent: Agent, ears: Ears, may: (permission: string) => boolean): Action[] {
  const here = ears.agent_id === agent.agent_id;
  const sits = agent.state !== "desconectado";
  const fits: Record<Verb, boolean> = {
    listen: sits && !(here && ears.mode === MODES.listen),
    whisper: sits && !(here && ears.mode === MODES.whisper),
    barge: sits && !(here && ears.mode === MODES.barge),
    unspy: here,
    say: sits,
    lower: Boolean(agent.hand_ms),
    move: true,
    pause: sits && agent.state !== "pausa",
    logout: sits,
  };
  const order: Verb[] = ["listen", "whisper", "barge", "unspy", "lower", "say", "move", "pause", "logout"];
  return order.filter((verb) => fits[verb] && may(NEEDS[verb])).map((verb) => ({ verb, key: KEYS[verb] }));
}
