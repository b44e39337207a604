import { useState } from "preact/hooks";
import { money } from "../../core/money";
import { words } from "../../words";
import { number } from "../format";
import type { Report } from "./report";
import { agrees, figure, type Total, totals } from "./totals";

type Props = { report: Report; busy: boolean; load: (confirm: string) => void };

/** The control totals: typed as the mandante told them, or confirmed with one click as the dry run said them. */
export function Confirm({ report, busy, load }: Props) {
  const w = words.value.oficina.cargas;
  const [typed, type] = useState<Record<string, string>>({});
  const wanted = totals(report.confirm);
  return (
    <section class="confirm" aria-labelledby="control">
      <h3 id="control">{w.control}</h3>
      <p class="soft">{w.controlExplain}</p>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (agrees(wanted, typed)) load(report.confirm);
        }}
      >
        <table>
          <tbody>
            {wanted.map((one) => (
              <tr key={one.name}>
                <th scope="row">{name(one)}</th>
                <td class="num total">{shown(one)}</td>
                <td>
                  <input
                    inputMode="decimal"
                    aria-label={`${w.typed}: ${name(one)}`}
                    placeholder={w.typed}
                    value={typed[one.name] ?? ""}
                    onInput={(event) => type({ ...typed, [one.name]: event.currentTarget.value })}
                  />
                </td>
                <td class="verdict" aria-live="polite">
                  <Verdict one={one} typed={typed[one.name] ?? ""} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        <div class="bar">
          <button type="submit" class="primary" disabled={busy || !agrees(wanted, typed)}>
            {w.loadTyped}
          </button>
          <span class="soft">{w.orClick}</span>
          <button type="button" disabled={busy} onClick={() => load(report.confirm)}>
            {w.loadThese}
          </button>
        </div>
      </form>
    </section>
  );
}

function Verdict({ one, typed }: { one: Total; typed: string }) {
  const w = words.value.oficina.cargas;
  if (!typed) return null;
  return agrees([one], { [one.name]: typed }) ? (
    <span class="good">✓ {w.same}</span>
  ) : (
    <span class={figure(typed) === null ? "warn" : "bad"}>{w.differ}</span>
  );
}

function name(one: Total): string {
  const w = words.value.oficina.cargas;
  return w.controlNames[one.name] ?? w.sum(one.name);
}

function shown(one: Total): string {
  return one.name === "rows" ? number(Number(one.figure)) : money(one.name, one.figure);
}
