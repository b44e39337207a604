import { words } from "../../words";
import { mostFirst, said, sum } from "../carteras";
import { number } from "../format";

const LINES = 5;

/** Why calls were not placed today, the commonest reason first: «why is it not dialling?» */
export function NotPlaced({ counts, open }: { counts: Record<string, number>; open: boolean }) {
  const w = words.value.piso;
  const rows = mostFirst(counts, LINES);
  const most = rows.reduce((all, [, n]) => Math.max(all, n), 1);
  return (
    <details class="reasons" open={open}>
      <summary>
        {w.carteras.notPlaced}: {number(sum(counts))}
      </summary>
      <ul>
        {rows.map(([why, n]) => (
          <li key={why}>
            <span>{why ? said(w.pace.reasons, why) : w.carteras.others}</span>
            <i class="share" style={{ width: `${(60 * n) / most}px` }} />
            <b>{number(n)}</b>
          </li>
        ))}
      </ul>
    </details>
  );
}
