import { useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { may } from "../core/session";
import { words } from "../words";
import { connect, homeCalled, homeState } from "./ear";
import { headset } from "./headset";
import { live } from "./live";
import { fit, handover, hungUp, keepTold, turnedOff, wanted, why } from "./receiving";

const ON = "receive";

/** The switch with which a supervisor takes debtors over: it connects their headset and keeps it connected. */
export function Receive() {
  return may("barge") && may("see_floor") ? <Switch /> : null;
}

function Switch() {
  const w = words.value.piso.receive;
  useEffect(
    () =>
      keepTold(
        () => live.linkState.value === "open",
        () => homeState.value,
        (on) => live.order(ON, words.peek().piso.receive.on, { type: "receive", on }),
      ),
    [],
  );
  useSignalEffect(() => {
    const sent = live.orders.value.get(ON);
    if (sent?.state === "refused" && wanted.peek()) turnedOff(sent.detail);
  });
  useCallEnd();
  const on = wanted.value;
  const trouble = on && !fit(homeState.value) ? (homeState.value === "registering" ? w.waiting : w.stopped) : why.value;
  return (
    <span class="row">
      <label title={w.hint}>
        <input type="checkbox" role="switch" checked={on} onChange={(event) => turn(event.currentTarget.checked)} />{" "}
        {w.on}
      </label>
      {trouble ? (
        <small class="warn" role="status">
          {trouble}
        </small>
      ) : null}
    </span>
  );
}

/** A call that was on the headset and is over takes its debtor along. */
function useCallEnd(): void {
  useEffect(() => {
    let was = false;
    return homeCalled.subscribe((called) => {
      if (was && !called && handover.peek()) hungUp();
      was = called;
    });
  }, []);
}

function turn(on: boolean): void {
  why.value = "";
  wanted.value = on;
  if (on) void connect(headset);
}
