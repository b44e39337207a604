import { useRef, useState } from "preact/hooks";
import { e164 } from "../core/phone";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { type Companero, type Kind, mayType, stepTo, whoCan } from "./companeros";
import { usePlace } from "./place";
import { useAsked } from "./useAsked";

const BOTH: readonly Kind[] = ["attended", "blind"];

export function Transfer() {
  const { desk, panel } = usePlace();
  const w = words.value.agente.transfer;
  const { found, trouble } = useAsked<readonly Companero[]>("/api/companeros");
  const [typed, setTyped] = useState("");
  const list = useRef<HTMLTableSectionElement>(null);
  const search = useRef<HTMLInputElement>(null);
  const close = () => (panel.value = "");
  const people = whoCan(found ?? [], typed);
  const free = mayType(found ?? []);
  const number = free ? e164(typed) : "";

  function hand(to: string, name: string, attended: boolean) {
    close();
    desk.transfer(to, attended, name);
  }

  return (
    <Dialog title={w.title} close={close} wide>
      <div
        class="stack"
        onKeyDown={(event) => {
          if (move(list.current, search.current, event.key)) event.preventDefault();
        }}
      >
        <label>
          {free ? w.findOrType : w.find}
          <input
            ref={search}
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
          <tbody ref={list}>
            {number ? <To name={w.external(number)} what="" to={number} kinds={BOTH} hand={hand} /> : null}
            {people.map((one) => (
              <To key={one.code} name={nameOf(one)} what={whatOf(one)} to={one.code} kinds={one.kinds} hand={hand} />
            ))}
          </tbody>
        </table>
        {number || people.length || trouble ? null : <p class="soft">{found ? w.none : w.loading}</p>}
      </div>
    </Dialog>
  );
}

const nameOf = (one: Companero) => (one.kind === "externo" ? one.name : `${one.name} (${one.role})`);

function whatOf(one: Companero): string {
  const w = words.value.agente;
  if (one.kind === "externo") return w.transfer.outside;
  return one.kind === "supervisor" && one.state === "hablando" ? w.transfer.busy : (w.states[one.state] ?? one.state);
}

/** The arrows walk from the search through the list's buttons; whether this key did. */
function move(list: HTMLElement | null, search: HTMLElement | null, key: string): boolean {
  const rows = [...(list?.querySelectorAll("tr") ?? [])].map((row) => [...row.querySelectorAll("button")]);
  const here = document.activeElement;
  const row = rows.findIndex((buttons) => buttons.some((button) => button === here));
  if (row < 0 && (key === "ArrowLeft" || key === "ArrowRight")) return false;
  const column = Math.max(0, rows[row]?.findIndex((button) => button === here) ?? 0);
  const [toRow, toColumn] = stepTo(
    rows.map((buttons) => buttons.length),
    [row, column],
    key,
  );
  if (toRow === row && toColumn === column) return false;
  (rows[toRow]?.[toColumn] ?? search)?.focus();
  return true;
}

type ToProps = {
  name: string;
  what: string;
  to: string;
  kinds: readonly Kind[];
  hand: (to: string, name: string, attended: boolean) => void;
};

function To({ name, what, to, kinds, hand }: ToProps) {
  const w = words.value.agente.transfer;
  return (
    <tr>
      <td>{name}</td>
      <td class="soft">{what}</td>
      <td class="row">
        {kinds.map((kind) => (
          <button
            type="button"
            key={kind}
            aria-label={`${w[kind]}: ${name}`}
            onClick={() => hand(to, name, kind === "attended")}
          >
            {w[kind]}
          </button>
        ))}
      </td>
    </tr>
  );
}
