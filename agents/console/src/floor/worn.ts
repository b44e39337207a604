import { signal } from "@preact/signals";
import { theme } from "../core/theme";

const system = signal(matchMedia("(prefers-color-scheme: dark)").matches);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", ({ matches }) => {
  system.value = matches;
});

/** The theme that is seen, for pictures that are drawn in its colours. */
export function worn(): "light" | "dark" {
  return theme.value === "auto" ? (system.value ? "dark" : "light") : theme.value;
}
