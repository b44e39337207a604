import { words } from "../words";
import { usePlace } from "./place";

/** What the server refused, as its sentence, until the person has seen it. */
export function Alerts() {
  const { desk } = usePlace();
  const w = words.value.agente;
  const silent = desk.silent.value === "hand";
  return (
    <>
      {silent ? (
        <div class="strip warn" role="alert">
          <span>{w.silentHand}</span>
          <button type="button" onClick={() => (desk.silent.value = "")}>
            {w.dismiss}
          </button>
        </div>
      ) : null}
      {desk.alerts.value.map((one) => (
        <div class="strip warn" role="alert" key={one.id}>
          <span>{one.text}</span>
          <button type="button" onClick={() => desk.dismiss(one.id)}>
            {w.dismiss}
          </button>
        </div>
      ))}
    </>
  );
}
