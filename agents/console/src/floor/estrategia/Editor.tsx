import { useEffect, useRef, useState } from "preact/hooks";
import { may } from "../../core/session";
import { words } from "../../words";
import { moment } from "../format";
import { type Editing, Field } from "./Field";
import { History } from "./History";
import { Publish } from "./Publish";
import { Retries } from "./Retries";
import { changesOf, type Draft, type Key, type Row, unreadable, type Value } from "./strategy";
import { Trial } from "./Trial";
import { summary } from "./words";

type Props = {
  /** As people call it. */
  scope: string;
  path: string;
  cartera: string;
  row: Row;
  keys: readonly Key[];
  draft: Draft;
  setDraft: (draft: Draft) => void;
  again: () => void;
};

/** One cartera's strategy, or the floor's goals: its fields, what was changed, trying, publishing, history. */
export function Editor({ scope, path, cartera, row, keys, draft, setDraft, again }: Props) {
  const w = words.value.estrategia;
  const [faults, blame] = useState<Record<string, string>>({});
  const [publishing, publish] = useState(false);
  const [told, tell] = useState("");
  const blamed = useRef("");
  const sets = may("set_strategy");
  const changes = changesOf(row, draft);
  const ready = changes.length > 0 && !unreadable(draft);
  const editing: Editing = { row, draft, faults, ...(sets && { set }) };

  function set(key: string, value: Value | undefined) {
    const { [key]: _, ...others } = faults;
    blame(others);
    tell("");
    setDraft({ ...draft, [key]: value });
  }
  function refused(wrong: Record<string, string>) {
    publish(false);
    blame(wrong);
    blamed.current = Object.keys(wrong)[0] ?? "";
  }
  // After the dialog has given the focus back.
  useEffect(() => {
    if (!blamed.current || publishing) return;
    const field = `[data-key="${CSS.escape(blamed.current)}"] :is(input, select)`;
    document.querySelector<HTMLElement>(field)?.focus();
    blamed.current = "";
  }, [faults, publishing]);
  function done(number: number) {
    publish(false);
    setDraft({});
    blame({});
    tell(w.published(number));
    again();
  }

  return (
    <>
      <section class="panel fill editor" tabIndex={0} aria-labelledby="scope-title">
        <div class="bar">
          <h2 id="scope-title">{scope}</h2>
          <p class="good" role="status">
            {told}
          </p>
          {changes.length > 0 && <b class="warn">{w.pending(changes.length)}</b>}
          {sets && (
            <span class="last">
              {Object.keys(draft).length > 0 && (
                <button type="button" onClick={() => setDraft({})}>
                  {w.discard}
                </button>
              )}{" "}
              <button type="button" class="primary" disabled={!ready} onClick={() => publish(true)}>
                {w.publish}
              </button>
            </span>
          )}
        </div>
        {cartera && <p>{summary(row.now, w)}</p>}
        <Standing row={row} />
        <Groups keys={keys} editing={editing} />
      </section>
      <div class="side">
        {sets && cartera && (
          <Trial
            key={cartera}
            cartera={cartera}
            atWork={row.agents ?? 0}
            keys={keys}
            changes={changes}
            ready={ready}
            refused={refused}
          />
        )}
        <History scope={scope} path={path} row={row} keys={keys} done={done} />
      </div>
      {publishing && (
        <Publish
          scope={scope}
          path={path}
          row={row}
          keys={keys}
          changes={changes}
          close={() => publish(false)}
          refused={refused}
          done={done}
        />
      )}
    </>
  );
}

function Standing({ row }: { row: Row }) {
  const w = words.value.estrategia;
  if (row.unfit)
    return (
      <p class="trouble" role="alert">
        {w.unfit(row.number, row.unfit)}
      </p>
    );
  return (
    <p class="soft">
      {row.number ? w.inForce(row.number, row.by ?? "", moment(row.at_ms ?? 0)) : w.ofFile}{" "}
      {!may("set_strategy") && w.readOnly}
    </p>
  );
}

function Groups({ keys, editing }: { keys: readonly Key[]; editing: Editing }) {
  const w = words.value.estrategia;
  const groups = [...new Set(keys.map((it) => it.group))];
  return (
    <>
      {groups.map((group) => {
        const own = keys.filter((it) => it.group === group);
        return (
          <fieldset key={group} class="group">
            <legend>{w.groups[group] ?? group}</legend>
            {group === "reintentos" ? (
              <Retries keys={own} editing={editing} />
            ) : (
              <div class="fields">
                {own.map((it) => (
                  <Field key={it.name} it={it} editing={editing} />
                ))}
              </div>
            )}
          </fieldset>
        );
      })}
    </>
  );
}
