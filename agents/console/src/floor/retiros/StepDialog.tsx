import { useState } from "preact/hooks";
import { money } from "../../core/money";
import { ask } from "../../core/session";
import { Dialog } from "../../ui/Dialog";
import { words } from "../../words";
import { figure } from "../cargas/totals";
import { isoOf } from "../format";
import { live } from "../live";
import { useDoing } from "../ui/asking";
import { DayField } from "../ui/DayField";
import type { Act, Retiro } from "./retiro";

export type Stepping = { act: Act; retiro: Retiro };
type Props = { stepping: Stepping; close: () => void; done: (after: Retiro) => void };

/** One step of a pick-up, with only what that step needs. */
export function StepDialog({ stepping: { act, retiro }, close, done }: Props) {
  const w = words.value.oficina.retiros;
  const [note, setNote] = useState("");
  const [to, setTo] = useState(retiro.assigned_to);
  const [receipt, setReceipt] = useState("");
  const [typed, setTyped] = useState(money(retiro.currency, retiro.amount));
  const [on, setOn] = useState(isoOf(live.nowMs.value));
  const doing = useDoing();
  const amount = figure(typed);
  const needsReason = act === "reject" || act === "annul";
  const whole = {
    approve: true,
    reject: note.trim(),
    annul: note.trim(),
    assign: to.trim(),
    done: receipt.trim() && amount && on,
  };

  function go() {
    const more =
      act === "assign" ? { to: to.trim() } : act === "done" ? { receipt: receipt.trim(), amount, done_on: on } : {};
    doing.run(async () =>
      done(await ask<Retiro>(`/api/retiros/${retiro.id}/${act}`, { json: { ...more, note: note.trim() } })),
    );
  }

  return (
    <Dialog
      title={`${w.titles[act]} ${retiro.id}`}
      close={close}
      go={{ label: w.acts[act] ?? act, act: go, danger: needsReason, disabled: !whole[act] || doing.busy }}
    >
      <p>
        <b>{retiro.name || retiro.rut}</b> · {money(retiro.currency, retiro.amount)}{" "}
        {retiro.address && `· ${retiro.address}`}
      </p>
      {act === "assign" && (
        <label>
          {w.to}
          <input maxLength={80} required autofocus value={to} onInput={(event) => setTo(event.currentTarget.value)} />
        </label>
      )}
      {act === "done" && (
        <>
          <label>
            {w.receipt}
            <input
              maxLength={40}
              required
              autofocus
              value={receipt}
              onInput={(event) => setReceipt(event.currentTarget.value)}
            />
          </label>
          <label>
            {w.amount}
            <input
              inputMode="decimal"
              required
              value={typed}
              aria-invalid={amount === null}
              onInput={(event) => setTyped(event.currentTarget.value)}
            />
          </label>
          <p class="warn" aria-live="polite">
            {amount === null
              ? w.badAmount
              : money(retiro.currency, amount) !== money(retiro.currency, retiro.amount) &&
                w.differs(money(retiro.currency, retiro.amount))}
          </p>
          <DayField label={w.date} value={on} set={setOn} required />
        </>
      )}
      <label>
        {needsReason ? w.reason : w.note}
        <input
          maxLength={500}
          required={needsReason}
          value={note}
          onInput={(event) => setNote(event.currentTarget.value)}
        />
      </label>
      <p class="trouble" role="alert">
        {doing.trouble}
      </p>
    </Dialog>
  );
}
