import { useRef, useState } from "preact/hooks";
import { words } from "../../words";
import { percent } from "../format";
import { sentence, useAsked } from "../ui/asking";
import { type CargaListed, CargasList } from "./CargasList";
import { Confirm } from "./Confirm";
import { FileForm } from "./FileForm";
import { Mapping } from "./Mapping";
import { certain, unfit, type Vista } from "./mapping";
import { ReportView } from "./ReportView";
import type { Report } from "./report";
import { look, type Progress, Stopped, upload, type Wanted } from "./upload";

/** A file on its way into the books: chosen, tried, looked over, confirmed, loaded. */
export function CargasTab() {
  const w = words.value.oficina.cargas;
  const [mandante, of] = useState("");
  const list = useAsked<CargaListed[]>(`/api/cargas?mandante=${encodeURIComponent(mandante)}`);
  const [wanted, want] = useState<Wanted | null>(null);
  const [report, show] = useState<Report | null>(null);
  const [vista, see] = useState<{ vista: Vista; round: number } | null>(null);
  const [stale, age] = useState(false);
  const [progress, tell] = useState<Progress | null>(null);
  const [trouble, say] = useState("");
  const stop = useRef(new AbortController());

  async function send(next: Wanted) {
    stop.current = new AbortController();
    want(next);
    say("");
    tell({ sent: 0, working: false });
    try {
      if (next.confirm || (await understood(next))) {
        show(await upload(next, tell, stop.current.signal));
        if (next.confirm) list.again();
      }
    } catch (wrong) {
      say(wrong instanceof Stopped ? w.stopped : sentence(wrong));
    } finally {
      tell(null);
    }
  }
  /** Look at the columns first: whether the file may be tried as it is understood. */
  async function understood(next: Wanted): Promise<boolean> {
    const vista = await look(next, tell, stop.current.signal);
    see((before) => ({ vista, round: (before?.round ?? 0) + 1 }));
    age(false);
    show(null);
    return certain(vista);
  }
  const forget = () => {
    show(null);
    see(null);
    want(null);
    say("");
  };
  const done = report !== null && (report.applied || report.already_loaded);

  return (
    <div class="cargas-page">
      <section class="panel" aria-labelledby="cargar">
        <div class="bar">
          <h2 id="cargar">{w.title}</h2>
          {(report || vista) && (
            <button type="button" class="last" onClick={forget}>
              {w.again}
            </button>
          )}
        </div>
        {!report && !vista && <FileForm busy={progress !== null} known={list.data ?? []} send={send} />}
        {progress && (
          <Under progress={progress} applying={Boolean(wanted?.confirm)} stop={() => stop.current.abort()} />
        )}
        <p class="trouble" role="alert">
          {trouble}
        </p>
        {vista && wanted && !done && (
          <>
            <p class="warn" role="status">
              {report || stale ? "" : unfit(vista.vista) || w.mapping.check}
            </p>
            <Mapping
              key={vista.round}
              vista={vista.vista}
              wanted={wanted}
              busy={progress !== null}
              open={report === null || stale}
              changed={() => age(true)}
              again={(mapping) => send({ ...wanted, mapping, decimal: "" })}
            />
          </>
        )}
        {report && stale && !done && <p class="warn">{w.mapping.stale}</p>}
        {report && !stale && (
          <>
            <p class={`stamp ${done ? "good" : "warn"}`} role="status">
              {done ? (report.applied ? w.done : w.known)(report.carga_id ?? 0) : w.tried}
            </p>
            {!done && wanted && report.totals.rows_loaded > 0 && (
              <Confirm report={report} busy={progress !== null} load={(confirm) => send({ ...wanted, confirm })} />
            )}
            <ReportView report={report} />
          </>
        )}
      </section>
      <CargasList list={list} mandante={mandante} of={of} />
    </div>
  );
}

/** Stopping is offered only while nothing can have been written yet. */
function Under({ progress, applying, stop }: { progress: Progress; applying: boolean; stop: () => void }) {
  const w = words.value.oficina.cargas;
  const said = progress.working ? (applying ? w.applying : w.reading) : w.sending(percent(progress.sent, 1, 0));
  return (
    <div class="under">
      <p role="status">{progress.working ? said : w.sending("")}</p>
      <progress aria-label={said} {...(progress.working ? {} : { value: progress.sent, max: 1 })} />
      {!progress.working && <span>{percent(progress.sent, 1, 0)}</span>}
      {!(progress.working && applying) && (
        <button type="button" onClick={stop}>
          {w.stop}
        </button>
      )}
    </div>
  );
}
