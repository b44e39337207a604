/** Finding a result in the tree: by code or words, by kind of contact, or among the ones this agent uses most. */
import { plain } from "../core/text";
import type { Arbol, Disposicion } from "./card";

export const FAVOURITES = 5;

const KINDS = ["directo", "aval", "empresa", "indirecto", "sin_contacto"];

/** Those in whose code or label each typed word begins a word; a code typed in full comes first. */
export function search(arbol: Arbol, typed: string): readonly Disposicion[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (!words.length) return arbol.dispositions;
  const found = arbol.dispositions.filter((one) => {
    const own = plain(`${one.code} ${one.label}`).split(/[^\p{L}\p{N}]+/u);
    return words.every((word) => own.some((part) => part.startsWith(word)));
  });
  return [...found].sort((a, b) => Number(plain(b.code) === words[0]) - Number(plain(a.code) === words[0]));
}

export function byKind(found: readonly Disposicion[]): { kind: string; dispositions: Disposicion[] }[] {
  const kinds = [...new Set([...KINDS, ...found.map((one) => one.contact_type)])];
  const groups = kinds.map((kind) => ({ kind, dispositions: found.filter((one) => one.contact_type === kind) }));
  return groups.filter((group) => group.dispositions.length > 0);
}

export type Counts = Record<string, number>;

/** What most gestiones of a collection floor are, for an agent of whom nothing is counted yet. */
const COMMON = ["D01", "D08", "D07", "I02", "S03"];

/** The agent's five most used of this tree; before there are five, the commonest of the trade, then the tree's first. */
export function favourites(arbol: Arbol, counts: Counts): Disposicion[] {
  const order = (one: Disposicion) => (counts[one.code] ?? 0) * 100 + (COMMON.includes(one.code) ? 1 : 0);
  const ranked = arbol.dispositions.map((one, index) => ({ one, index }));
  ranked.sort((a, b) => order(b.one) - order(a.one) || a.index - b.index);
  return ranked.slice(0, FAVOURITES).map(({ one }) => one);
}

/** The counts of all trees with one more of a result that was just saved. */
export function counted(all: Readonly<Record<string, Counts>>, arbol: string, code: string): Record<string, Counts> {
  const own = all[arbol] ?? {};
  return { ...all, [arbol]: { ...own, [code]: (own[code] ?? 0) + 1 } };
}
