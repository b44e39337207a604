import { useState } from "preact/hooks";
import { ask } from "../../core/session";
import { words } from "../../words";
import { said } from "../carteras";
import { number } from "../format";
import { useDoing } from "../ui/asking";
import { Table } from "../ui/Table";
import {
  begin,
  type Choice,
  type Column,
  ENCODINGS,
  faults,
  mapping,
  nameable,
  type Understood,
  type Vista,
} from "./mapping";
import type { Wanted } from "./upload";

type Props = {
  vista: Vista;
  wanted: Wanted;
  busy: boolean;
  open: boolean;
  changed: () => void;
  again: (mapping: string) => void;
};

/** The file's columns, what each is taken for, and how its cells are read: all of it may be said otherwise. */
export function Mapping({ vista, wanted, busy, open, changed, again }: Props) {
  const w = words.value.oficina.cargas.mapping;
  const [choice, choose] = useState<Choice>(() => begin(vista, wanted.decimal));
  const change = (next: Partial<Choice>) => {
    choose({ ...choice, ...next });
    changed();
  };
  const wrong = faults(vista, choice);
  const fit = !wrong.missing.length && !wrong.twice.length;
  const read = choice.fields.filter(Boolean).length;
  return (
    <details class="mapping" open={open}>
      <summary>{w.title(number(read), number(vista.columns.length))}</summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fit) again(mapping(vista, choice));
        }}
      >
        {vista.fixed && <p class="soft">{w.fixed}</p>}
        <div class="short">
          <Table label={w.label} heads={Object.values(w.heads).map((name) => ({ name }))}>
            {vista.columns.map((it, at) => (
              <ColumnRow
                key={`${at} ${it.heading}`}
                vista={vista}
                at={at}
                field={choice.fields[at] ?? ""}
                wrong={wrong.twice}
                choose={(field) => change({ fields: choice.fields.map((was, n) => (n === at ? field : was)) })}
              />
            ))}
          </Table>
        </div>
        <div class="ways">
          <Way
            label={w.decimal}
            is={vista.decimal}
            names={w.decimals}
            value={choice.decimal}
            set={(decimal) => change({ decimal })}
          />
          <Way
            label={w.dates}
            is={vista.dates}
            names={w.orders}
            value={choice.dates}
            set={(dates) => change({ dates })}
          />
          {vista.encoding.value && (
            <Way
              label={w.encoding}
              is={vista.encoding}
              names={Object.fromEntries(["", ...ENCODINGS].map((it) => [it, it || w.found(vista.encoding.value)]))}
              value={choice.encoding}
              set={(encoding) => change({ encoding })}
            />
          )}
        </div>
        <ul class="bad" role="alert">
          {wrong.missing.map((group) => (
            <li key={group.join()}>{w.missing(group.map((field) => said(w.fields, field)).join(w.or))}</li>
          ))}
          {wrong.twice.map((field) => (
            <li key={field}>{w.twice(said(w.fields, field))}</li>
          ))}
        </ul>
        <div class="bar">
          <button type="submit" class="primary" disabled={busy || !fit} autofocus={open}>
            {w.again}
          </button>
        </div>
      </form>
      {!vista.fixed && <Keep wanted={wanted} mapping={mapping(vista, choice)} fit={fit && !busy} />}
    </details>
  );
}

type RowProps = {
  vista: Vista;
  at: number;
  field: string;
  wrong: readonly string[];
  choose: (field: string) => void;
};

function ColumnRow({ vista, at, field, wrong, choose }: RowProps) {
  const w = words.value.oficina.cargas.mapping;
  const it = vista.columns[at] as Column;
  const likely = it.suggested && !field ? it.suggested : "";
  return (
    <tr>
      <td>{it.heading || <span class="soft">{w.blank}</span>}</td>
      <td class="sample">{it.samples.join(" · ")}</td>
      <td>
        <select
          aria-label={w.of(it.heading || w.blank)}
          class={wrong.includes(field) ? "bad" : ""}
          aria-invalid={wrong.includes(field)}
          disabled={vista.fixed || !nameable(vista, at)}
          value={field}
          onChange={(event) => choose(event.currentTarget.value)}
        >
          <option value="">{w.unread}</option>
          {likely && <option value={likely}>{w.maybe(said(w.fields, likely))}</option>}
          {vista.fields
            .filter((name) => name !== likely)
            .map((name) => (
              <option key={name} value={name}>
                {said(w.fields, name)}
              </option>
            ))}
        </select>
      </td>
      <td>
        <Why vista={vista} at={at} field={field} />
      </td>
    </tr>
  );
}

/** How it is known that the column is this field. */
function Why({ vista, at, field }: { vista: Vista; at: number; field: string }) {
  const w = words.value.oficina.cargas.mapping;
  const it = vista.columns[at] as Column;
  if (!nameable(vista, at)) return <span class="warn">{w.unnamed}</span>;
  if (field !== it.field) return <span>{w.why.mano}</span>;
  if (it.how === "parecido" || it.how === "celdas") {
    return <span class="warn">{it.how === "celdas" ? w.why.celdas : w.alike(it.score)}</span>;
  }
  return it.how ? <span class="soft">{w.why[it.how]}</span> : <></>;
}

type WayProps = {
  label: string;
  is: Understood;
  names: Record<string, string>;
  value: string;
  set: (value: string) => void;
};

/** How one sort of cells is read, on cells of this very file. */
function Way({ label, is, names, value, set }: WayProps) {
  const w = words.value.oficina.cargas.mapping;
  const found = is.how === "archivo" && is.value ? names[is.value] : "";
  return (
    <div>
      <label>
        {label}
        <select value={value} onChange={(event) => set(event.currentTarget.value)}>
          {Object.entries(names).map(([key, name]) => (
            <option key={key} value={key}>
              {key === "" && found ? w.found(found) : name}
            </option>
          ))}
        </select>
      </label>
      {is.examples.length > 0 && (
        <p class="soft">
          {is.examples.map(([cell, means]) => (
            <span key={cell} class="example">
              <code>{cell}</code>
              {means && means !== cell && (
                <>
                  {" → "}
                  <b>{means}</b>
                </>
              )}
            </span>
          ))}
        </p>
      )}
      {is.trouble && <p class="bad">{is.trouble}</p>}
    </div>
  );
}

/** The choice kept under a name, for the mandante's next file of this kind. */
function Keep({ wanted, mapping, fit }: { wanted: Wanted; mapping: string; fit: boolean }) {
  const w = words.value.oficina.cargas.mapping;
  const [name, call] = useState("");
  const [kept, tell] = useState("");
  const doing = useDoing();
  const keep = (event: SubmitEvent) => {
    event.preventDefault();
    const { kind, mandante, template } = wanted;
    doing.run(async () => {
      const json = { kind, mandante, name: name.trim(), mapping, base: template };
      await ask("/api/cargas/plantillas", { json });
      tell(w.kept(name.trim()));
    });
  };
  return (
    <form class="bar keep" onSubmit={keep}>
      <label>
        {w.name}
        <input required maxLength={64} value={name} onInput={(event) => call(event.currentTarget.value)} />
      </label>
      <button type="submit" disabled={!fit || !name.trim() || doing.busy}>
        {w.keep}
      </button>
      <span class="good" role="status">
        {!doing.trouble && kept}
      </span>
      <span class="bad" role="alert">
        {doing.trouble}
      </span>
    </form>
  );
}
