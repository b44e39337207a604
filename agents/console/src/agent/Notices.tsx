import { showMoment } from "../core/floortime";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { usePlace } from "./place";

/** All messages of this shift, the newest first. */
export function Notices() {
  const { desk, panel } = usePlace();
  const w = words.value.agente.notices;
  return (
    <Dialog title={w.title} close={() => (panel.value = "")}>
      {desk.notices.value.length ? null : <p class="soft">{w.none}</p>}
      <ul class="notices">
        {desk.notices.value.map((one) => (
          <li key={`${one.at_ms} ${one.text}`} class={one.read ? "soft" : ""}>
            <p class="soft small">
              {one.by} · {showMoment(one.at_ms, desk.zone)}
            </p>
            <p>{one.text}</p>
            {one.read ? null : (
              <button type="button" onClick={() => desk.read(one)}>
                {w.read}
              </button>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

/** The oldest message that was not read, over the work, until it is. */
export function Unread() {
  const { desk } = usePlace();
  const w = words.value.agente.notices;
  const waiting = desk.notices.value.filter((one) => !one.read);
  const one = waiting.at(-1);
  if (!one) return null;
  return (
    <div class="strip message" role="alert">
      <span>
        <b>{one.by}:</b> {one.text}
      </span>
      <button type="button" onClick={() => desk.read(one)}>
        {w.read} {waiting.length > 1 ? `(${waiting.length})` : ""}
      </button>
    </div>
  );
}
