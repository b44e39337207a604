import { lapse } from "../format";
import { live } from "../live";

/** How long ago, ticking by the floor's clock. */
export function Since({ ms }: { ms: number }) {
  return <time>{lapse(live.nowMs.value - ms)}</time>;
}
