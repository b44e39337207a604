import { useState } from "preact/hooks";
import { words } from "../../words";
import { said } from "../carteras";
import { number } from "../format";
import { Table } from "../ui/Table";
import type { Loaded } from "./report";

const PAGE = 50;

/** The rows that are taken, as they were understood; of those that change something, what it was before. */
export function LoadedRows({ rows }: { rows: readonly Loaded[] }) {
  const w = words.value.oficina.cargas;
  const [open, turn] = useState(false);
  const [most, more] = useState(PAGE);
  if (!rows.length) return null;
  const names = [...new Set(rows.slice(0, PAGE).flatMap((it) => Object.keys(it.values)))];
  const heads = [
    { name: w.faultHeads.row, right: true },
    { name: w.effect },
    ...names.map((name) => ({ name: said(w.values, name) })),
  ];
  return (
    <details open={open} onToggle={(event) => turn(event.currentTarget.open)}>
      <summary>{w.loadedRows(number(rows.length))}</summary>
      {open && (
        <>
          <div class="short">
            <Table label={w.loadedRows(number(rows.length))} heads={heads}>
              {rows.slice(0, most).map((it) => (
                <tr key={it.row}>
                  <td class="num">{it.row}</td>
                  <td>{w.effects[it.effect]}</td>
                  {names.map((name) => (
                    <td key={name} class="sample">
                      <Was before={it.before?.[name]} />
                      {told(it.values[name])}
                    </td>
                  ))}
                </tr>
              ))}
            </Table>
          </div>
          {rows.length > most && (
            <p class="soft">
              {w.shown(number(most), number(rows.length))}{" "}
              <button type="button" onClick={() => more(most + PAGE * 4)}>
                {w.moreRows}
              </button>
            </p>
          )}
        </>
      )}
    </details>
  );
}

function Was({ before }: { before: unknown }) {
  return before === undefined || before === null ? null : <del>{told(before)} </del>;
}

function told(value: unknown): string {
  return Array.isArray(value) ? value.join(", ") : value === undefined || value === null ? "" : String(value);
}
