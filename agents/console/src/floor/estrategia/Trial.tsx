import { useEffect, useState } from "preact/hooks";
import { ask } from "../../core/session";
import { words } from "../../words";
import { decimal } from "../format";
import { sentence, useDoing } from "../ui/asking";
import { Comparison } from "./Comparison";
import { faultsOf } from "./Publish";
import { asPatch, type Change, type Key, same, type Trial as Tried } from "./strategy";
import { labelOf } from "./words";

const POLL_MS = 1_000;

type Props = {
  cartera: string;
  atWork: number;
  keys: readonly Key[];
  changes: readonly Change[];
  ready: boolean;
  refused: (faults: Record<string, string>) => void;
};

/** What the change would do, from the simulator: asked for, waited for, compared. */
export function Trial({ cartera, atWork, changes, ready, refused }: Props) {
  const w = words.value.estrategia;
  const t = w.trial;
  const [agents, setAgents] = useState("0");
  const [hours, setHours] = useState("0");
  const [tried, see] = useState<{ it: Tried; of: readonly Change[] } | null>(null);
  const [lost, lose] = useState("");
  const doing = useDoing();
  const running = tried?.it.state === "running";

  useEffect(() => {
    if (!tried || !running) return;
    const timer = setTimeout(() => {
      ask<Tried>(`/api/pruebas/${tried.it.number}`)
        .then((it) => see({ ...tried, it }))
        .catch((wrong) => {
          lose(sentence(wrong));
          see(null);
        });
    }, POLL_MS);
    return () => clearTimeout(timer);
  }, [tried]);

  const begin = () =>
    doing.run(async () => {
      lose("");
      const json = { changes: asPatch(changes), agents: Number(agents) || 0, hours: Number(hours) };
      try {
        see({ it: await ask<Tried>(`/api/estrategias/${cartera}/prueba`, { json }), of: changes });
      } catch (wrong) {
        const faults = faultsOf(wrong);
        if (!faults) throw wrong;
        refused(faults);
      }
    });
  const cancel = () =>
    doing.run(async () => {
      if (tried) see({ ...tried, it: await ask<Tried>(`/api/pruebas/${tried.it.number}`, { method: "DELETE" }) });
    });

  return (
    <section class="panel trial" aria-labelledby="trial-title">
      <h3 id="trial-title">{t.title}</h3>
      <p class="soft">{t.explain}</p>
      <div class="bar">
        <label class="row">
          {t.agents}
          <input
            inputMode="numeric"
            pattern="[0-9]*"
            title={t.agentsNow(atWork)}
            value={agents}
            onInput={(event) => setAgents(event.currentTarget.value)}
          />
        </label>
        <label class="row">
          {t.hours}
          <select value={hours} onChange={(event) => setHours(event.currentTarget.value)}>
            <option value="0">{t.fits}</option>
            {[0.5, 1, 2, 4].map((it) => (
              <option key={it} value={it}>
                {it < 1 ? decimal(it) : it}
              </option>
            ))}
          </select>
        </label>
        <small class="soft">{t.agentsNow(atWork)}</small>
      </div>
      {running ? (
        <div class="under">
          <progress max={tried.it.of || 1} value={tried.it.days} aria-label={t.running(tried.it.days, tried.it.of)} />
          <button type="button" onClick={cancel} disabled={doing.busy}>
            {t.cancel}
          </button>
        </div>
      ) : (
        <button type="button" onClick={begin} disabled={!ready || doing.busy}>
          {t.go}
        </button>
      )}
      <p role="status">
        {running && t.running(tried.it.days, tried.it.of)}
        {tried?.it.state === "cancelled" && t.cancelled}
        {!changes.length && !tried && <span class="soft">{t.first}</span>}
      </p>
      <p class="trouble" role="alert">
        {doing.trouble || lost}
        {tried?.it.state === "failed" && tried.it.detail}
        {tried?.it.state === "refused" && t.refused(tried.it.detail)}
      </p>
      {tried?.it.report && (
        <>
          <p>{t.tried(tried.of.map((it) => labelOf(it.key, w)).join(", "))}</p>
          {changes.length > 0 && !same(JSON.stringify(tried.of), JSON.stringify(changes)) && (
            <p class="warn">{t.older}</p>
          )}
          <Comparison it={tried.it.report} />
        </>
      )}
    </section>
  );
}
