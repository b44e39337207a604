import { words } from "../words";
import { CallHead } from "./CallHead";
import { ConsultBar } from "./ConsultBar";
import { Debt } from "./Debt";
import { History } from "./History";
import { Promises } from "./Promises";
import { usePlace } from "./place";
import { Result } from "./Result";
import { Script } from "./Script";

/** Everything of one call on one screen; each part scrolls by itself. */
export function CallScreen() {
  const { desk, headset } = usePlace();
  const call = desk.writing.call.value;
  if (!call) return null;
  const { notice } = desk.writing;
  return (
    <main class="call">
      <CallHead />
      {headset.muted.value && desk.onCall ? (
        <p class="strip warn" role="status">
          {words.value.agente.controls.mutedNow}
        </p>
      ) : null}
      <ConsultBar />
      {notice.value ? (
        <p class="strip warn" role="status">
          {notice.value}
        </p>
      ) : null}
      <div class={call.preview ? "columns two" : "columns"}>
        <div class="column">
          <Debt card={call.card} />
          <Promises card={call.card} />
          <History call={call} />
        </div>
        <Script call={call} />
        {call.preview ? null : <Result call={call} />}
      </div>
    </main>
  );
}
