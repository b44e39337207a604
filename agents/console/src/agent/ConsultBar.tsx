import { words } from "../words";
import { usePlace } from "./place";

/** How a transfer goes, and its two ways out; to who is consulted, the one they have. */
export function ConsultBar() {
  const { desk } = usePlace();
  const w = words.value.agente.transfer;
  const consult = desk.consult.value;
  if (desk.silent.value === "transfer")
    return (
      <p class="strip warn" role="alert">
        {w.silent}
        <button type="button" onClick={() => (desk.silent.value = "")}>
          {words.value.agente.dismiss}
        </button>
      </p>
    );
  if (desk.consulted)
    return (
      <p class="strip consult" role="status">
        {w.consulted}
        <button type="button" onClick={() => desk.say({ type: "transfer_back" })}>
          {w.end} <kbd>F9</kbd>
        </button>
      </p>
    );
  if (desk.handed.value)
    return (
      <p class="strip consult" role="status">
        {w.handed(desk.handed.value)}
      </p>
    );
  if (!consult) return null;
  if (consult.state === "failed")
    return (
      <p class="strip warn" role="alert">
        {w.failed(consult.detail ?? "")}
        <button type="button" onClick={() => (desk.consult.value = null)}>
          {words.value.agente.dismiss}
        </button>
      </p>
    );
  const said = { asked: w.asked, ringing: w.ringing, talking: w.talking }[consult.state];
  return (
    <p class="strip consult" role="status">
      {said ? said(consult.to) : consult.state}
      {consult.state === "talking" ? (
        <button type="button" class="primary" onClick={() => desk.say({ type: "transfer_done" })}>
          {w.done}
        </button>
      ) : null}
      {consult.state === "talking" || consult.state === "ringing" ? (
        <button type="button" onClick={() => desk.say({ type: "transfer_back" })}>
          {w.back}
        </button>
      ) : null}
    </p>
  );
}
