import { useState } from "preact/hooks";
import { ApiError } from "../core/api";
import { ask } from "../core/session";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import type { Card } from "./card";
import { usePlace } from "./place";
import { refused } from "./useAsked";

/** What the debtor says of themselves: kept with who wrote it and when; the server judges it. */
export function Data({ card }: { card: Card }) {
  const { panel } = usePlace();
  const w = words.value.agente.data;
  const [kind, setKind] = useState("telefono");
  const [said, setSaid] = useState({ good: "", bad: "" });
  const [busy, setBusy] = useState(false);

  async function save(event: SubmitEvent) {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const typed = new FormData(form);
    const value = String(typed.get("value") ?? "").trim();
    setBusy(true);
    try {
      await ask(`/api/casos/${card.caso_id}/datos`, { json: { kind, value, note: String(typed.get("note") ?? "") } });
      setSaid({ good: w.saved(kind === "telefono_invalido" ? (w.kinds[kind] ?? kind) : value), bad: "" });
      form.reset();
    } catch (no) {
      if (!(no instanceof ApiError)) throw no;
      setSaid({ good: "", bad: refused(no) });
    } finally {
      setBusy(false);
    }
  }

  return (
    <Dialog title={w.title} close={() => (panel.value = "")}>
      <form onSubmit={save}>
        <label>
          {w.kind}
          <select value={kind} autofocus onChange={(event) => setKind(event.currentTarget.value)}>
            {Object.entries(w.kinds).map(([key, label]) => (
              <option key={key} value={key}>
                {label}
              </option>
            ))}
          </select>
        </label>
        {kind === "telefono_invalido" ? (
          <label>
            {w.phone}
            <select name="value">
              {card.telefonos
                .filter((one) => !one.invalido)
                .map((one) => (
                  <option key={one.id} value={String(one.id)}>
                    {one.e164} {one.en_linea ? `(${words.value.agente.head.onLine})` : ""}
                  </option>
                ))}
            </select>
          </label>
        ) : (
          <label>
            {w.value}
            <input name="value" type="text" required maxLength={300} autocomplete="off" />
          </label>
        )}
        <label>
          {w.note}
          <input name="note" type="text" maxLength={300} autocomplete="off" />
        </label>
        <p role="status" class="good">
          {said.good}
        </p>
        {said.bad ? (
          <p role="alert" class="bad">
            {said.bad}
          </p>
        ) : null}
        <button type="submit" class="primary" disabled={busy}>
          {w.save}
        </button>
      </form>
    </Dialog>
  );
}
