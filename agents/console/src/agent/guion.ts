/** Walking a guion: where the conversation is, how it came there, and which mandatory steps were read out. */
import type { Answer, Guion, Nodo } from "./card";

/** A node that was shown. It is ticked anew each time it is shown: what was read to a secretary was not read to the debtor. */
export type Step = { node: string; ticked: boolean };
export type Walk = readonly Step[];

export function begin(guion: Guion): Walk {
  return guion.nodes[guion.start] ? [{ node: guion.start, ticked: false }] : [];
}

/** A walk kept in a draft, cut off before the first step that this version of the guion does not have. */
export function resume(guion: Guion, kept: Walk): Walk {
  const lost = kept.findIndex((step) => !guion.nodes[step.node]);
  const walk = lost < 0 ? kept : kept.slice(0, lost);
  return walk.length ? walk : begin(guion);
}

export function here(guion: Guion, walk: Walk): Nodo | undefined {
  const last = walk.at(-1);
  return last && guion.nodes[last.node];
}

/** Whether the present step lets the conversation go on: what is mandatory must be ticked first. */
export function mayGo(guion: Guion, walk: Walk): boolean {
  return !here(guion, walk)?.mandatory || walk.at(-1)?.ticked === true;
}

export function tick(walk: Walk, ticked: boolean): Walk {
  return walk.map((step, index) => (index === walk.length - 1 ? { ...step, ticked } : step));
}

/** One step on; the same walk where it may not go on yet, or there is no such node. */
export function go(guion: Guion, walk: Walk, to: string): Walk {
  return mayGo(guion, walk) && guion.nodes[to] ? [...walk, { node: to, ticked: false }] : walk;
}

export function back(walk: Walk): Walk {
  return walk.length > 1 ? walk.slice(0, -1) : walk;
}

/** The answer chosen with a digit. */
export function answer(guion: Guion, walk: Walk, digit: number): Answer | undefined {
  return here(guion, walk)?.answers.find((one) => one.key === digit);
}

/** For the gestión: the nodes shown, in order, and the mandatory ones that were read. */
export function trace(guion: Guion, walk: Walk): { trace: string[]; ticked: string[] } {
  const read = walk.filter((step) => step.ticked && guion.nodes[step.node]?.mandatory);
  return { trace: walk.map((step) => step.node), ticked: [...new Set(read.map((step) => step.node))] };
}

/** The disposition that the end of the conversation suggests, or "". */
export function suggested(guion: Guion, walk: Walk): string {
  return here(guion, walk)?.suggests ?? "";
}
