/** The keyboard's map. F-keys and Ctrl work everywhere; letters and digits only where nobody is typing. */

export type Action =
  | "save"
  | "mute"
  | "hold"
  | "hangup"
  | "transfer"
  | "keypad"
  | "ready"
  | "pause"
  | "tree"
  | "script"
  | "comment"
  | "hand"
  | "notices"
  | "day"
  | "callbacks"
  | "data"
  | "help"
  | "go"
  | "back"
  | "escape";
export type Pressed = Pick<KeyboardEvent, "key" | "ctrlKey" | "altKey" | "metaKey" | "shiftKey">;
/** Where the focus is: in a text field, on something that Enter and Space press, or on nothing in particular. */
export type Focus = "text" | "control" | "page";

const EVERYWHERE: Record<string, Action> = {
  F2: "mute",
  F4: "hold",
  F8: "transfer",
  F9: "hangup",
  F10: "keypad",
  Escape: "escape",
};
export const LETTERS: Record<string, Action> = {
  d: "ready",
  p: "pause",
  g: "tree",
  s: "script",
  c: "comment",
  n: "hand",
  m: "notices",
  y: "day",
  r: "callbacks",
  t: "data",
  "?": "help",
};

/** What the key asks for, or the digit of an answer in the script; null: it is the browser's. */
export function meant(key: Pressed, focus: Focus, letters: boolean): Action | number | null {
  if (key.altKey || key.metaKey) return null;
  if (key.ctrlKey) return key.key === "Enter" ? "save" : null;
  const always = EVERYWHERE[key.key];
  if (always) return always;
  if (focus === "text") return null;
  if (focus === "page" && (key.key === "Enter" || key.key === " ")) return "go";
  if (key.key === "Backspace") return "back";
  if (!letters) return null;
  if (/^[1-9]$/.test(key.key)) return Number(key.key);
  return LETTERS[key.key.toLowerCase()] ?? null;
}

const TEXT = new Set(["text", "search", "tel", "email", "number", "password", "date", "time"]);

export function focusOf(target: EventTarget | null): Focus {
  if (!(target instanceof HTMLElement)) return "page";
  if (target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement || target.isContentEditable)
    return "text";
  if (target instanceof HTMLInputElement) return TEXT.has(target.type) ? "text" : "control";
  return target.closest("button, a, summary, [role=option]") ? "control" : "page";
}

const SHELF = "cintillo.letters";

/** One-letter keys can be turned off (somebody who dictates, or whose headset types, needs that). */
export const lettersOn = () => localStorage.getItem(SHELF) !== "off";
export const setLetters = (on: boolean) => localStorage.setItem(SHELF, on ? "on" : "off");
