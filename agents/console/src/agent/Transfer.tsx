import { useState } from "preact/hooks";
import { e164 } from "../core/phone";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { type Companero, whoCan } from "./companeros";
import { usePlace } from "./place";
import { useAsked } from "./useAsked";

export function Transfer() {
  const { desk, panel } = usePlace();
  const w = words.value.agente.transfer;
  const { found, trouble } = useAsked<readonly Companero[]>("/api/companeros");
  const [typed, setTyped] = useState("");
  const close = () => (panel.value = "");
  const people = whoCan(found ?? [], typed);
  const number = e164(typed);

  function hand(to: string, attended: boolean) {
    close();
    desk.transfer(to, attended);
  }

  return (
    <Dialog title={w.title} close={close}>
      <div class="stack">
        <label>
          {w.find}
          <input
            type="text"
            autofocus
            autocomplete="off"
            maxLength={60}
            value={typed}
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </label>
        {trouble ? (
          <p class="warn" role="alert">
            {trouble}
          </p>
        ) : null}
        <table>
          <tbody>
            {number ? <To name={w.external(number)} state="" to={number} hand={hand} /> : null}
            {people.map((one) => (
              <To key={one.code} name={`${one.name} (${one.role})`} state={one.state} to={one.code} hand={hand} />
            ))}
          </tbody>
        </table>
        {number || people.length || trouble ? null : <p class="soft">{found ? w.none : w.loading}</p>}
      </div>
    </Dialog>
  );
}

type ToProps = { name: string; state: string; to: string; hand: (to: string, attended: boolean) => void };

function To({ name, state, to, hand }: ToProps) {
  const w = words.value.agente;
  return (
    <tr>
      <td>{name}</td>
      <td class="soft">{w.states[state] ?? state}</td>
      <td class="row">
        <button type="button" aria-label={`${w.transfer.attended}: ${name}`} onClick={() => hand(to, true)}>
          {w.transfer.attended}
        </button>
        <button type="button" aria-label={`${w.transfer.blind}: ${name}`} onClick={() => hand(to, false)}>
          {w.transfer.blind}
        </button>
      </td>
    </tr>
  );
}
