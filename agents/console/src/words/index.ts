import { computed, signal } from "@preact/signals";
import { en } from "./en";
import { es } from "./es";

export type Words = typeof es;
export type Language = "es" | "en";

const KEY = "cintillo.language";
const kept = localStorage.getItem(KEY);

export const language = signal<Language>(kept === "en" ? "en" : "es");
/** The words in the language in use; read it inside a component and it follows the change. */
export const words = computed<Words>(() => (language.value === "en" ? en : es));

export function speak(wanted: Language): void {
  language.value = wanted;
  localStorage.setItem(KEY, wanted);
  document.documentElement.lang = wanted;
}

/** How the language in use writes weekdays; figures and dates stay Chile's in both. */
export const locale = (): string => (language.value === "en" ? "en-GB" : "es-CL");

/** A pause as its menu calls it; the settings speak Spanish, so in English the page has its own word where it knows one. */
export function pauseLabel(reason: string, label = ""): string {
  const own = words.value.agente.reasons[reason];
  return (language.value === "en" ? own || label : label || own) || reason.replaceAll("_", " ");
}
