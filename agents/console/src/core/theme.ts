import { signal } from "@preact/signals";

export type Theme = "auto" | "light" | "dark";

const KEY = "cintillo.theme";
const kept = localStorage.getItem(KEY);

export const theme = signal<Theme>(kept === "light" || kept === "dark" ? kept : "auto");
show(theme.value);

export function wear(wanted: Theme): void {
  theme.value = wanted;
  if (wanted === "auto") localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, wanted);
  show(wanted);
}

function show(wanted: Theme): void {
  if (wanted === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = wanted;
}
