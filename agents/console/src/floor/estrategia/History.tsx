import { useState } from "preact/hooks";
import { ask, may } from "../../core/session";
import { Dialog } from "../../ui/Dialog";
import { words } from "../../words";
import { moment } from "../format";
import { Answer } from "../ui/Answer";
import { useAsked, useDoing } from "../ui/asking";
import { Note } from "../ui/Note";
import { Changes } from "./Publish";
import type { Key, Row, Version } from "./strategy";

type Props = { scope: string; path: string; row: Row; keys: readonly Key[]; done: (number: number) => void };

/** Every version with who, when, why and what; any of them can be published anew. */
export function History({ scope, path, row, keys, done }: Props) {
  const w = words.value.estrategia;
  const asked = useAsked<Version[]>(`${path}/versiones?v=${row.number}`);
  const [back, goBack] = useState<number | null>(null);
  const sets = may("set_strategy");
  return (
    <section class="panel history" aria-labelledby="history-title">
      <h3 id="history-title">{w.history}</h3>
      <Answer of={asked} empty={w.noHistory}>
        {(versions) => (
          <ol class="plain">
            {versions.map((it) => (
              <li key={it.number}>
                <p>
                  <b>{w.version(it.number)}</b> · {it.by} · {moment(it.at_ms)}
                  {sets && it.number !== row.number && (
                    <button
                      type="button"
                      class="link"
                      aria-label={w.backTo(it.number)}
                      onClick={() => goBack(it.number)}
                    >
                      {w.back}
                    </button>
                  )}
                </p>
                {it.note && <p class="soft">«{it.note}»</p>}
                <Changes changes={it.changes} keys={keys} file={row.file} />
              </li>
            ))}
            {versions.length > 0 && (
              <li>
                <b>{w.file0}</b>
                {sets && (
                  <button type="button" class="link" aria-label={w.backFile} onClick={() => goBack(0)}>
                    {w.back}
                  </button>
                )}
              </li>
            )}
          </ol>
        )}
      </Answer>
      {back !== null && (
        <Back
          scope={scope}
          path={path}
          base={row.number}
          to={back}
          close={() => goBack(null)}
          done={(number) => {
            goBack(null);
            done(number);
          }}
        />
      )}
    </section>
  );
}

type Going = { scope: string; path: string; base: number; to: number; close: () => void; done: (n: number) => void };

function Back({ scope, path, base, to, close, done }: Going) {
  const w = words.value.estrategia;
  const [note, setNote] = useState("");
  const doing = useDoing();
  const go = () =>
    doing.run(async () =>
      done((await ask<{ number: number }>(`${path}/volver`, { json: { base, number: to, note } })).number),
    );
  return (
    <Dialog title={w.backTitle(to, scope)} close={close} go={{ label: w.publishGo, act: go, disabled: doing.busy }}>
      <p class="soft">{w.backExplain}</p>
      <Note label={w.note} note={note} write={setNote} trouble={doing.trouble} />
    </Dialog>
  );
}
