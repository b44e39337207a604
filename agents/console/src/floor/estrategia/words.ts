/** Values of a strategy as the page says them, in the language in use. */
import type { Words } from "../../words";
import { type Key, type Kind, retryOf, type Value, type Values, written } from "./strategy";

type W = Words["estrategia"];

/** `Reintento: ocupado, a lo más seguidas`, or the key's label. */
export function labelOf(key: string, w: W): string {
  const retry = retryOf(key);
  if (retry) return `${w.verdicts[retry.verdict] ?? retry.verdict}: ${w.retry[retry.part] ?? retry.part}`;
  return w.keys[key]?.label ?? key;
}

export function said(kind: Kind, value: Value, w: W): string {
  if (value === null || value === undefined) return w.none;
  if (typeof value === "boolean") return value ? w.yes : w.no;
  if (typeof value === "object") return value.map((it) => w.choices[it] ?? it).join(", ");
  if (kind === "choice") return w.choices[value as string] ?? String(value);
  const text = written(kind, value);
  const unit = kind === "days" && value === 1 ? w.day : w.units[kind];
  if (kind === "pesos") return `${unit}${text}`;
  return unit ? `${text}\u00a0${unit}` : text;
}

/** The strategy in a sentence. */
export function summary(values: Values, w: W): string {
  if (values.enabled === false) return w.off;
  const at = (key: string, kind: Kind) => said(kind, values[key] ?? null, w);
  return w.summary(
    at("mode", "choice"),
    at("abandon_ratio_max", "ratio"),
    at("hours_from", "hour"),
    at("hours_to", "hour"),
    at("order", "order"),
  );
}

export function kindOf(keys: readonly Key[], name: string): Kind {
  return keys.find((it) => it.name === name)?.kind ?? "whole";
}
