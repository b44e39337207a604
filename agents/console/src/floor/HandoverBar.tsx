import { useEffect } from "preact/hooks";
import { sums } from "../core/money";
import { words } from "../words";
import { beep, hangUp, homeCalled } from "./ear";
import { handover } from "./receiving";

/** Who hands which debtor to this supervisor, while their headset rings and until the call ends. */
export function HandoverBar() {
  const told = handover.value;
  const here = told !== null;
  useEffect(() => {
    if (here) beep();
  }, [here]);
  const w = words.value.piso.receive;
  if (!told) return null;
  const { state, agent = "", attended = false, cartera, debtor, rut, saldo = {} } = told;
  const said = state === "yours" ? w.yours(agent) : w.ringing[attended ? "attended" : "blind"](agent);
  return (
    <section class="earbar handed" aria-label={w.bar}>
      <strong role="alert">{said}</strong>
      <span>{[debtor, rut, ...sums(saldo), cartera].filter(Boolean).join(" · ")}</span>
      {homeCalled.value ? (
        <>
          <span class="soft">{w.open}</span>
          <button type="button" class="danger" onClick={hangUp}>
            {w.hangup}
          </button>
        </>
      ) : null}
    </section>
  );
}
