import { useState } from "preact/hooks";
import { ApiError } from "../../core/api";
import { ask } from "../../core/session";
import { Dialog } from "../../ui/Dialog";
import { words } from "../../words";
import { useDoing } from "../ui/asking";
import { Note } from "../ui/Note";
import { asPatch, type Change, type Key, type Row } from "./strategy";
import { kindOf, labelOf, said } from "./words";

type Props = {
  scope: string;
  path: string;
  row: Row;
  keys: readonly Key[];
  changes: readonly Change[];
  close: () => void;
  refused: (faults: Record<string, string>) => void;
  done: (number: number) => void;
};

/** What publishing would change, listed before it is done. */
export function Publish({ scope, path, row, keys, changes, close, refused, done }: Props) {
  const w = words.value.estrategia;
  const [note, setNote] = useState("");
  const doing = useDoing();

  async function publish() {
    const json = { base: row.number, changes: asPatch(changes), note };
    try {
      done((await ask<{ number: number }>(path, { method: "PUT", json })).number);
    } catch (wrong) {
      const faults = faultsOf(wrong);
      if (!faults) throw wrong;
      refused(faults);
    }
  }

  return (
    <Dialog
      title={w.publishTitle(row.number + 1, scope)}
      close={close}
      go={{ label: w.publishGo, act: () => doing.run(publish), disabled: doing.busy }}
      wide
    >
      <p class="soft">{w.publishExplain}</p>
      <Changes changes={changes} keys={keys} file={row.file} />
      <Note label={w.note} note={note} write={setNote} trouble={doing.trouble} />
    </Dialog>
  );
}

/** The sentences of a refusal by the key that each is about; null for any other error. */
export function faultsOf(wrong: unknown): Record<string, string> | null {
  if (!(wrong instanceof ApiError) || !Array.isArray(wrong.said.faults)) return null;
  const faults = wrong.said.faults as readonly { key: string; detail: string }[];
  return Object.fromEntries(faults.map((it) => [it.key, it.detail]));
}

type Listed = { changes: readonly Change[]; keys: readonly Key[]; file: Row["file"] };

/** Each change as before → after; what is null is the file's. */
export function Changes({ changes, keys, file }: Listed) {
  const w = words.value.estrategia;
  const word = (key: string, value: Change["after"]) => {
    const kind = kindOf(keys, key);
    return value === null ? w.file(said(kind, file[key] ?? null, w)) : said(kind, value, w);
  };
  return (
    <ul class="plain changes">
      {changes.map((it) => (
        <li key={it.key}>
          {labelOf(it.key, w)}: <del>{word(it.key, it.before)}</del> → <b>{word(it.key, it.after)}</b>
        </li>
      ))}
    </ul>
  );
}
