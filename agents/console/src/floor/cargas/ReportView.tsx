import { money } from "../../core/money";
import { words } from "../../words";
import { said } from "../carteras";
import { number } from "../format";
import { heads, Table } from "../ui/Table";
import { Faults } from "./Faults";
import { LoadedRows } from "./LoadedRows";
import { columns, fields, loaded, type Report, rejected } from "./report";

/** What the file holds and what it does to the books, from the totals down to each row. */
export function ReportView({ report }: { report: Report }) {
  const w = words.value.oficina.cargas;
  const bad = rejected(report);
  return (
    <>
      <p>
        <b>{report.file}</b> · {w.kinds[report.kind] ?? report.kind}
        {report.mandante && ` · ${report.mandante}`}
        {report.cartera && ` · ${report.cartera}`}
      </p>
      <Figures report={report} />
      <h3>{bad.length ? w.rejected(number(bad.length)) : w.noRejected}</h3>
      {bad.length > 0 && <Faults faults={bad} label={w.rejected(number(bad.length))} file={report.file} />}
      <div class="pair">
        <Columns report={report} />
        <Fields report={report} />
      </div>
      {report.warnings.length > 0 && (
        <details>
          <summary>{w.warnings(number(report.warnings.length))}</summary>
          <Faults faults={report.warnings} label={w.warnings(number(report.warnings.length))} file={report.file} />
        </details>
      )}
      <LoadedRows rows={loaded(report)} />
    </>
  );
}

function Columns({ report }: { report: Report }) {
  const w = words.value.oficina.cargas;
  return (
    <section class="short">
      <h3>{w.columns}</h3>
      <Table label={w.columns} heads={heads(w.columnHeads, ["rejected", "dropped"])}>
        {columns(report).map((it, at) => (
          <tr key={`${at} ${it.column}`}>
            <td>{it.column}</td>
            <td>{it.field || <span class="soft">{w.unread}</span>}</td>
            <td class={`num ${it.rejected ? "bad" : ""}`}>{number(it.rejected)}</td>
            <td class={`num ${it.dropped ? "warn" : ""}`}>{number(it.dropped)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Fields({ report }: { report: Report }) {
  const w = words.value.oficina.cargas;
  return (
    <section class="short">
      <h3>{w.fields}</h3>
      <Table label={w.fields} heads={heads(w.fieldHeads, ["filled"])}>
        {fields(report).map((it) => (
          <tr key={it.name}>
            <td>{said(w.values, it.name)}</td>
            <td class="num">{number(it.filled)}</td>
            <td class="sample">{it.sample}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Figures({ report }: { report: Report }) {
  const w = words.value.oficina.cargas;
  const { totals: t } = report;
  const counts = [
    [w.read, t.rows_read, ""],
    [w.loads, t.rows_loaded, "good"],
    [w.rejects, t.rows_rejected, t.rows_rejected ? "bad" : ""],
    [w.deudores, t.deudores, ""],
    [w.documentos, t.documentos, ""],
  ] as const;
  const changes = Object.entries(report.changes).filter(([, n]) => n);
  const currencies = [...new Set([...Object.keys(report.saldo_before), ...Object.keys(report.saldo_after)])];
  return (
    <>
      <dl class="figures">
        {counts.map(([name, n, tone]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd class={tone}>{number(n)}</dd>
          </div>
        ))}
      </dl>
      <h3>{w.changes}</h3>
      <dl class="figures">
        {changes.map(([name, n]) => (
          <div key={name}>
            <dt>{w.change[name] ?? name.replaceAll("_", " ")}</dt>
            <dd>{number(n)}</dd>
          </div>
        ))}
        {currencies.map((currency) => (
          <div key={currency}>
            <dt>
              {w.saldo} {currency}, {w.before} → {w.after}
            </dt>
            <dd>
              {money(currency, report.saldo_before[currency] ?? "0")} →{" "}
              {money(currency, report.saldo_after[currency] ?? "0")}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
