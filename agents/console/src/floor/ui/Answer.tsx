import type { ComponentChildren } from "preact";
import { words } from "../../words";
import type { Asked } from "./asking";

/** What was asked of the server: its trouble, that it is under way, or what it answered. */
export function Answer<T>({
  of,
  empty,
  children,
}: {
  of: Asked<T>;
  empty?: string;
  children: (data: T) => ComponentChildren;
}) {
  const w = words.value.piso.ask;
  return (
    <>
      {of.trouble && (
        <p class="trouble" role="alert">
          {of.trouble} <button onClick={of.again}>{w.again}</button>
        </p>
      )}
      {of.data === null ? of.busy && <p class="soft">{w.loading}</p> : children(of.data)}
      {empty && Array.isArray(of.data) && !of.data.length && <p class="soft none">{empty}</p>}
    </>
  );
}
