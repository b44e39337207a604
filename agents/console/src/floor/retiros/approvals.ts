import { useEffect, useState } from "preact/hooks";
import { ask, may, session } from "../../core/session";
import type { Retiro } from "./retiro";

const EVERY_MS = 60_000;

/** How many pick-ups wait for this person's approval: those that they did not ask for themselves. */
export function useApprovals(): number {
  const [count, set] = useState(0);
  useEffect(() => {
    if (!may("approve_retiro")) return;
    const look = () =>
      ask<Retiro[]>("/api/retiros?state=solicitado&limit=1000")
        .then((rows) => set(rows.filter((it) => it.requested_by !== session.value?.code).length))
        // The next look tells; their page says what is wrong.
        .catch(() => undefined);
    look();
    const timer = setInterval(look, EVERY_MS);
    addEventListener("hashchange", look);
    return () => {
      clearInterval(timer);
      removeEventListener("hashchange", look);
    };
  }, []);
  return count;
}
