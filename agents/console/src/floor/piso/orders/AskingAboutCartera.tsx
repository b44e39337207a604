import { useState } from "preact/hooks";
import { Dialog } from "../../../ui/Dialog";
import { words } from "../../../words";
import type { Floor } from "../../board";
import { live } from "../../live";
import { onCartera } from "../../orders";
import { Say } from "./Say";

export type AskingCartera = { verb: "hold" | "say"; cartera: string };

export function AskingAboutCartera({
  asking,
  floor,
  close,
}: {
  asking: AskingCartera;
  floor: Floor;
  close: () => void;
}) {
  if (asking.verb === "say") return <Say asking={asking} floor={floor} close={close} />;
  return <Hold cartera={asking.cartera} close={close} />;
}

function Hold({ cartera, close }: { cartera: string; close: () => void }) {
  const w = words.value.piso;
  const [reason, set] = useState("");
  function act() {
    live.order(onCartera(cartera), w.verbs.hold, { type: "hold_cartera", cartera, reason: reason.trim() });
    close();
  }
  return (
    <Dialog
      title={w.holding.title(cartera)}
      close={close}
      go={{ label: w.holding.go, act, danger: true, disabled: !reason.trim() }}
    >
      <p>{w.holding.explain}</p>
      <label>
        {w.holding.reason}
        <input maxLength={300} value={reason} autofocus onInput={(event) => set(event.currentTarget.value)} />
      </label>
    </Dialog>
  );
}
