import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../core/api";
import { ask } from "../core/session";
import { words } from "../words";

/** What a GET answers, or the sentence that says why there is none. */
export function useAsked<T>(path: string): { found: T | null; trouble: string } {
  const [found, setFound] = useState<T | null>(null);
  const [trouble, setTrouble] = useState("");
  useEffect(() => {
    let open = true;
    ask<T>(path)
      .then((answer) => open && setFound(answer))
      .catch((no: unknown) => {
        if (!(no instanceof ApiError)) throw no;
        if (open) setTrouble(refused(no));
      });
    return () => {
      open = false;
    };
  }, [path]);
  return { found, trouble };
}

/** A refusal as a sentence. A server that does not have the address answers without one of its own. */
export function refused(no: ApiError): string {
  if (no.status === 0) return words.value.login.unreachable;
  return words.value.agente.missing(no.code === "not_found" || no.code === "http" ? "" : no.message);
}
