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
