import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../../core/api";
import { ask } from "../../core/session";
import { words } from "../../words";

/** The server's sentence, or the page's own where the server could not be reached. */
export function sentence(wrong: unknown): string {
  if (!(wrong instanceof ApiError)) throw wrong;
  return wrong.message || words.value.piso.ask.failed;
}

export type Asked<T> = { data: T | null; trouble: string; busy: boolean; again: () => void };

/** What an address answers, asked again when it changes or when `again` is called; "" asks nothing. */
export function useAsked<T>(path: string): Asked<T> {
  const [state, set] = useState<{ data: T | null; trouble: string; busy: boolean }>(NOTHING);
  const [round, turn] = useState(0);
  useEffect(() => {
    if (!path) return set(NOTHING);
    let mine = true;
    set((before) => ({ ...before, busy: true }));
    ask<T>(path)
      .then((data) => mine && set({ data, trouble: "", busy: false }))
      .catch((wrong) => mine && set((before) => ({ ...before, trouble: sentence(wrong), busy: false })));
    return () => {
      mine = false;
    };
  }, [path, round]);
  return { ...state, again: () => turn(round + 1) };
}

const NOTHING = { data: null, trouble: "", busy: false };

/** One thing that is done at a time: whether it is under way, and what went wrong with it. */
export function useDoing(): { busy: boolean; trouble: string; run: (act: () => Promise<void>) => void } {
  const [state, set] = useState({ busy: false, trouble: "" });
  const run = (act: () => Promise<void>) => {
    set({ busy: true, trouble: "" });
    act()
      .then(() => set({ busy: false, trouble: "" }))
      .catch((wrong) => set({ busy: false, trouble: sentence(wrong) }));
  };
  return { ...state, run };
}
