import { showSpan } from "../../core/floortime";
import { live } from "../live";

/** How long ago, ticking by the floor's clock. */
export function Since({ ms }: { ms: number }) {
  return <time>{showSpan(live.nowMs.value - ms)}</time>;
}
