import { useEffect, useId, useState } from "preact/hooks";
import { words } from "../../words";
import { Order } from "./Order";
import { type Draft, type Key, limits, type Row, read, same, shown, type Value, written } from "./strategy";
import { labelOf, said } from "./words";

export type Editing = {
  row: Row;
  draft: Draft;
  faults: Readonly<Record<string, string>>;
  /** undefined: what was typed cannot be read. Left out where it may only be read. */
  set?: (key: string, value: Value | undefined) => void;
};

/** One key: its label, its field, a line of help with its limits, who changed it, and what is wrong with it. */
export function Field({ it, editing }: { it: Key; editing: Editing }) {
  const w = words.value.estrategia;
  const id = useId();
  const { row, draft, faults, set } = editing;
  const value = shown(row, draft, it.name);
  const changed = it.name in draft && !same(value, row.now[it.name]);
  const mark = row.marks[it.name];
  const odd = it.name in draft && draft[it.name] === undefined;
  const fault = odd ? w.odd : faults[it.name];
  return (
    <div class={`field ${changed || odd ? "changed" : ""} ${fault ? "wrong" : ""}`} data-key={it.name}>
      <label for={id}>{labelOf(it.name, w)}</label>
      {set ? (
        <Input id={id} it={it} value={value} odd={odd} set={(typed) => set(it.name, typed)} fault={Boolean(fault)} />
      ) : (
        <output id={id}>{said(it.kind, value, w)}</output>
      )}
      <small class="soft" id={`${id}-help`}>
        {w.keys[it.name]?.help} {bounded(it, row)}
      </small>
      {(mark || changed) && (
        <small class="trace">
          {mark && !changed && <b>{w.changedBy(mark.number, mark.by)} · </b>}
          {changed ? said(it.kind, row.now[it.name] ?? null, w) : w.file(said(it.kind, row.file[it.name] ?? null, w))}
          {changed && " → "}
          {changed && <b>{said(it.kind, value, w)}</b>}
          {set && !same(value, row.file[it.name]) && mark && (
            <button type="button" class="link" onClick={() => set(it.name, null)}>
              {w.toFile}
            </button>
          )}
        </small>
      )}
      <small class="bad" role="alert" id={`${id}-fault`}>
        {fault}
      </small>
    </div>
  );
}

/** `(al menos 15 s, norma cl_consumidor)` */
function bounded(it: Key, row: Row): string {
  const w = words.value.estrategia;
  const { least, most, by } = limits(it, row.law);
  if (["yes_no", "choice", "order", "hour"].includes(it.kind)) return "";
  const low = least ? w.atLeast(said(it.kind, least, w)) : "";
  const high = most === null || (it.kind === "ratio" && most === 1) ? "" : w.atMost(said(it.kind, most, w));
  const both = [low, high].filter(Boolean).join(", ");
  return both && `${both[0]?.toUpperCase()}${both.slice(1)} ${by ? w.byLaw(by) : ""}`.trimEnd().concat(".");
}

type Typing = {
  id: string;
  it: Key;
  value: Value;
  odd: boolean;
  fault: boolean;
  set: (value: Value | undefined) => void;
};

function Input({ id, it, value, odd, fault, set }: Typing) {
  const w = words.value.estrategia;
  const described = { "aria-describedby": `${id}-help ${id}-fault`, "aria-invalid": fault };
  if (it.kind === "yes_no")
    return (
      <input
        id={id}
        type="checkbox"
        {...described}
        checked={value === true}
        onChange={(event) => set(event.currentTarget.checked)}
      />
    );
  if (it.kind === "choice")
    return (
      <select id={id} {...described} value={String(value)} onChange={(event) => set(event.currentTarget.value)}>
        {it.choices.map((one) => (
          <option key={one} value={one}>
            {w.choices[one] ?? one}
          </option>
        ))}
      </select>
    );
  if (it.kind === "order") return <Order id={id} it={it} value={value as readonly string[]} set={set} />;
  return <Figure id={id} it={it} value={value} odd={odd} fault={fault} set={set} />;
}

/** A figure with its unit: what was typed stays as it was typed until the value changes from outside. */
export function Figure({ id, it, value, odd, fault, set, label }: Typing & { label?: string }) {
  const w = words.value.estrategia;
  const [text, type] = useState(() => written(it.kind, value));
  useEffect(() => {
    if (!odd && !same(read(it.kind, text), value)) type(written(it.kind, value));
  }, [value, odd]);
  const unit = w.units[it.kind];
  return (
    <span class="figure">
      <input
        id={id}
        inputMode={it.kind === "hour" ? "text" : "decimal"}
        aria-describedby={`${id}-help ${id}-fault`}
        aria-invalid={fault}
        aria-label={label}
        autocomplete="off"
        value={text}
        onInput={(event) => {
          type(event.currentTarget.value);
          set(read(it.kind, event.currentTarget.value));
        }}
      />
      {unit && <span aria-hidden="true">{unit}</span>}
    </span>
  );
}
