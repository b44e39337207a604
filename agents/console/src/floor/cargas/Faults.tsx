import { useState } from "preact/hooks";
import { words } from "../../words";
import { number } from "../format";
import { keep } from "../ui/download";
import { heads, Table } from "../ui/Table";
import { type Fault, faultsCsv, reasons } from "./report";

const PAGE = 200;

/** Rows that were not taken (or values that were dropped): where, what it says, and why it is no use. */
export function Faults({ faults, label, file }: { faults: readonly Fault[]; label: string; file: string }) {
  const w = words.value.oficina.cargas;
  const [reason, filter] = useState("");
  const [most, more] = useState(PAGE);
  const kept = reason ? faults.filter((it) => it.reason === reason) : faults;
  const csv = () =>
    keep(
      new Blob([faultsCsv(kept, Object.values(w.faultHeads))], { type: "text/csv" }),
      `rechazos-${file.replace(/\.\w+$/, "")}.csv`,
    );
  return (
    <>
      <div class="bar">
        <select aria-label={w.reason} value={reason} onChange={(event) => filter(event.currentTarget.value)}>
          <option value="">{w.anyReason}</option>
          {reasons(faults).map((it) => (
            <option key={it.reason} value={it.reason}>
              {number(it.n)} · {it.detail}
            </option>
          ))}
        </select>
        <button type="button" onClick={csv}>
          {w.csv}
        </button>
        {kept.length > most && (
          <span class="soft">
            {w.shown(number(most), number(kept.length))}{" "}
            <button type="button" onClick={() => more(most + PAGE)}>
              {w.moreRows}
            </button>
          </span>
        )}
      </div>
      <div class="short">
        <Table label={label} heads={heads(w.faultHeads, ["row"])}>
          {kept.slice(0, most).map((it) => (
            <tr key={`${it.row} ${it.column} ${it.reason}`}>
              <td class="num">{it.row}</td>
              <td>{it.column}</td>
              <td class="sample">
                <code>{it.value}</code>
              </td>
              <td>{it.detail}</td>
            </tr>
          ))}
        </Table>
      </div>
    </>
  );
}
