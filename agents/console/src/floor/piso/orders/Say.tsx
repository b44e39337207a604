import { useState } from "preact/hooks";
import { Dialog } from "../../../ui/Dialog";
import { words } from "../../../words";
import { called } from "../../agents";
import type { Floor } from "../../board";
import { live } from "../../live";
import { ON_ALL, onAgent, onCartera } from "../../orders";

const MOST = 300;

type Props = { asking: { agent_id?: string; cartera?: string }; floor: Floor; close: () => void };

/** A message to one ejecutivo, to those of a cartera, or to all. */
export function Say({ asking, floor, close }: Props) {
  const w = words.value.piso;
  const [to, address] = useState(
    asking.agent_id ? onAgent(asking.agent_id) : asking.cartera ? onCartera(asking.cartera) : ON_ALL,
  );
  const [text, write] = useState("");
  function act() {
    const [kind, name = ""] = [to.slice(0, to.indexOf(":")), to.slice(to.indexOf(":") + 1)];
    const whom = to === ON_ALL ? {} : kind === "agent" ? { agent_id: name } : { cartera: name };
    live.order(to, w.verbs.say, { type: "say", text: text.trim(), ...whom });
    close();
  }
  return (
    <Dialog title={w.say.title} close={close} go={{ label: w.say.go, act, disabled: !text.trim() }}>
      <label>
        {w.say.to}
        <select value={to} onChange={(event) => address(event.currentTarget.value)}>
          <option value={ON_ALL}>{w.say.everyone}</option>
          {Object.keys(floor.carteras).map((name) => (
            <option key={name} value={onCartera(name)}>
              {w.say.cartera(name)}
            </option>
          ))}
          {floor.agents.map((it) => (
            <option key={it.agent_id} value={onAgent(it.agent_id)}>
              {called(it)}
            </option>
          ))}
        </select>
      </label>
      <label>
        {w.say.text}
        <input maxLength={MOST} value={text} autofocus onInput={(event) => write(event.currentTarget.value)} />
      </label>
      <p class="soft">{w.say.left(MOST - text.length)}</p>
    </Dialog>
  );
}
