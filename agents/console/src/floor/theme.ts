import { signal } from "@preact/signals";

export type Theme = "light" | "dark";

const KEY = "cintillo.theme";
const kept = localStorage.getItem(KEY);
const dark = matchMedia("(prefers-color-scheme: dark)");

/** What was chosen on this machine, else what the machine itself prefers. */
export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : dark.matches ? "dark" : "light");
if (kept) document.documentElement.dataset.theme = theme.value;
dark.addEventListener("change", ({ matches }) => {
  if (!localStorage.getItem(KEY)) theme.value = matches ? "dark" : "light";
});

export function wear(wanted: Theme): void {
  theme.value = wanted;
  localStorage.setItem(KEY, wanted);
  document.documentElement.dataset.theme = wanted;
}
