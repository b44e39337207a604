import { useEffect } from "preact/hooks";
import { answer, back, go, here, mayGo, tick } from "./guion";
import { type Action, focusOf, lettersOn, meant } from "./keys";
import type { Panel, Place } from "./place";
import { whyNot } from "./place";

/** The page's keyboard. A modal dialog has its own; F-keys reach through it. */
export function useKeys(place: Place): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.repeat) return;
      const modal = document.querySelector("dialog[open]");
      if (modal && !/^F\d+$/.test(event.key)) return;
      const what = meant(event, focusOf(event.target), lettersOn());
      if (what !== null && act(place, what)) event.preventDefault();
    };
    addEventListener("keydown", pressed);
    return () => removeEventListener("keydown", pressed);
  }, [place]);
}

/** Whether the key did something here; otherwise the browser has it. */
function act(place: Place, what: Action | number): boolean {
  if (typeof what === "number") return reply(place, what);
  const { desk, headset, panel } = place;
  const { state } = desk.state.value;
  switch (what) {
    case "save":
      desk.writing.save();
      return true;
    case "mute":
      if (headset.phase.value === "absent") return false;
      headset.mute(!headset.muted.value);
      return true;
    case "hold":
      if (desk.onCall) desk.say({ type: state === "espera" ? "resume" : "hold" });
      return true;
    case "hangup":
      if (desk.onCall) desk.say({ type: "hangup" });
      else if (desk.consulted) desk.say({ type: "transfer_back" });
      return true;
    case "transfer":
    case "keypad":
      if (desk.onCall) panel.value = what;
      return true;
    case "ready":
      return ready(place);
    case "hand":
      desk.raise(!desk.hand.value);
      return true;
    case "go":
      return onward(place);
    case "back":
      return step(place, back);
    case "escape":
      return escape(place);
    case "tree":
    case "script":
    case "comment":
      return focus(place, what);
    case "data":
      if (!desk.writing.call.value) return false;
      return open(panel, "data");
    default:
      return open(panel, what);
  }
}

function open(panel: Place["panel"], what: Panel): boolean {
  panel.value = what;
  return true;
}

function ready(place: Place): boolean {
  const { desk } = place;
  const call = desk.writing.call.value;
  const { state } = desk.state.value;
  if (call?.preview) desk.dial(call.card.caso_id);
  else if ((state === "pausa" || (state === "cierre" && !desk.writing.owed)) && !whyNot(place)) desk.ready();
  else return false;
  return true;
}

function step(
  { desk }: Place,
  move: (walk: typeof desk.writing.walk.value) => typeof desk.writing.walk.value,
): boolean {
  const call = desk.writing.call.value;
  if (!call || call.preview) return false;
  desk.writing.step(move(desk.writing.walk.value));
  return true;
}

function reply(place: Place, digit: number): boolean {
  const guion = place.desk.writing.call.value?.guion;
  return guion ? step(place, (walk) => go(guion, walk, answer(guion, walk, digit)?.goto ?? "")) : false;
}

/** Tick what must be read, then go on; where there are answers, one of them must be chosen. */
function onward(place: Place): boolean {
  const guion = place.desk.writing.call.value?.guion;
  if (!guion) return false;
  return step(place, (walk) =>
    mayGo(guion, walk) ? go(guion, walk, here(guion, walk)?.next ?? "") : tick(walk, true),
  );
}

function escape({ panel, tree, desk }: Place): boolean {
  if (panel.value) panel.value = "";
  else if (tree.value && desk.writing.form.value.code) tree.value = false;
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  return true;
}

function focus({ tree, aim, desk }: Place, what: "tree" | "script" | "comment"): boolean {
  if (!desk.writing.call.value) return false;
  if (what === "tree" && !document.getElementById("tree-search")) {
    aim.at = "tree-search";
    tree.value = true;
    return true;
  }
  document.getElementById({ tree: "tree-search", script: "script", comment: "comment" }[what])?.focus();
  return true;
}
