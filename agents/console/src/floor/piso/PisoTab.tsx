import { lazy, Suspense } from "preact/compat";
import { words } from "../../words";
import { live } from "../live";
import { AgentsPanel } from "./AgentsPanel";
import { CarterasPanel } from "./CarterasPanel";
import { Totals } from "./Totals";

// The charts' library is the largest part of the page, and the figures need not wait for it.
const Charts = lazy(() => import("./Charts").then((it) => it.Charts));

export function PisoTab() {
  const floor = live.floor.value;
  if (!floor) return <p class="soft">{words.value.piso.top.waiting}</p>;
  return (
    <>
      <Totals floor={floor} />
      <AgentsPanel floor={floor} />
      <div class="right">
        <Suspense fallback={<div class="panel charts" />}>
          <Charts floor={floor} />
        </Suspense>
        <CarterasPanel floor={floor} />
      </div>
    </>
  );
}
