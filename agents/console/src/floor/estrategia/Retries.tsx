import { useId } from "preact/hooks";
import { words } from "../../words";
import { type Editing, Figure } from "./Field";
import { type Key, retryOf, same, shown } from "./strategy";
import { labelOf, said } from "./words";

/** When each result is tried again: a table of two figures for each. */
export function Retries({ keys, editing }: { keys: readonly Key[]; editing: Editing }) {
  const w = words.value.estrategia;
  const verdicts = [...new Set(keys.map((it) => retryOf(it.name)?.verdict ?? ""))];
  return (
    <table class="retries">
      <thead>
        <tr>
          {["verdict", "after_min", "max"].map((it) => (
            <th key={it} scope="col">
              {w.retry[it]}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {verdicts.map((verdict) => (
          <tr key={verdict}>
            <th scope="row">{w.verdicts[verdict] ?? verdict}</th>
            {keys
              .filter((it) => retryOf(it.name)?.verdict === verdict)
              .map((it) => (
                <Cell key={it.name} it={it} editing={editing} />
              ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Cell({ it, editing: { row, draft, faults, set } }: { it: Key; editing: Editing }) {
  const w = words.value.estrategia;
  const id = useId();
  const value = shown(row, draft, it.name);
  const odd = it.name in draft && draft[it.name] === undefined;
  const fault = odd ? w.odd : faults[it.name];
  const changed = odd || (it.name in draft && !same(value, row.now[it.name]));
  const mark = row.marks[it.name];
  return (
    <td class={changed ? "changed" : ""} data-key={it.name} title={mark && w.changedBy(mark.number, mark.by)}>
      {set ? (
        <Figure
          id={id}
          it={it}
          value={value}
          odd={odd}
          fault={Boolean(fault)}
          label={labelOf(it.name, w)}
          set={(typed) => set(it.name, typed)}
        />
      ) : (
        said(it.kind, value, w)
      )}
      {mark && <b aria-hidden="true"> •</b>}
      <small class="bad" role="alert" id={`${id}-fault`}>
        {fault}
      </small>
    </td>
  );
}
