import { words } from "../../words";
import { live } from "../live";
import type { Sent } from "../orders";

/** What came of the last order on something, next to it: pending, done, or the sentence that says why not. */
export function Outcome({ on, short = false }: { on: string; short?: boolean }) {
  const w = words.value.piso.sent;
  const sent = live.orders.value.get(on);
  if (!sent) return null;
  return (
    <p class={`outcome ${sent.state}`}>
      {short && (sent.state === "pending" || sent.state === "done") ? w.short[sent.state] : said(sent)}
      {(sent.state === "refused" || sent.state === "lost") && (
        <button type="button" class="bare" aria-label={w.putAway} onClick={() => live.putAway(on)}>
          ×
        </button>
      )}
    </p>
  );
}

export function said(sent: Sent): string {
  const w = words.value.piso.sent;
  const verb = sent.verb.replace("…", "");
  if (sent.state === "pending") return w.pending(verb);
  if (sent.state === "done") return w.done(verb);
  return sent.state === "lost" ? w.lost(verb) : w.refused(verb, sent.detail || w.offline);
}
