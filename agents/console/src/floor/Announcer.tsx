import { words } from "../words";
import { handsUp } from "./agents";
import { live } from "./live";
import { said } from "./ui/Outcome";

/** What a screen reader is told by itself: the newest outcome of an order, hands that go up, a link that is gone. */
export function Announcer() {
  const w = words.value.piso.top;
  const newest = [...live.orders.value.values()].sort((a, b) => b.n - a.n)[0];
  const hands = handsUp(live.floor.value?.agents ?? []);
  return (
    <div class="unseen">
      <p aria-live="polite">{newest && newest.state !== "pending" ? said(newest) : ""}</p>
      <p aria-live="polite">{hands ? w.hands(hands) : ""}</p>
      <p aria-live="assertive">{live.linkState.value === "lost" ? words.value.link.lost : ""}</p>
    </div>
  );
}
