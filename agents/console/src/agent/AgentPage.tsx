import { computed, effect } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { Headset } from "../core/headset";
import { ask, logout, session } from "../core/session";
import { words } from "../words";
import "./agent.css";
import { Alerts } from "./Alerts";
import { CallScreen } from "./CallScreen";
import { Data } from "./Data";
import { Desk, linked } from "./desk";
import { HeadsetDialog } from "./HeadsetDialog";
import { Health } from "./Health";
import { Help } from "./Help";
import { Idle } from "./Idle";
import { Keypad } from "./Keypad";
import { MyCallbacks } from "./MyCallbacks";
import { MyDay } from "./MyDay";
import { Notices, Unread } from "./Notices";
import { makePlace, type Place, PlaceContext, usePlace } from "./place";
import { TopBar } from "./TopBar";
import { Transfer } from "./Transfer";
import { useKeys } from "./useKeys";

export function AgentPage() {
  const who = session.value;
  const place = useMemo(() => (who ? sit(who.code, who.token) : null), [who?.code, who?.token]);
  useEffect(() => {
    if (!place) return;
    void place.headset.start();
    const over = offer(place);
    return () => {
      over();
      place.desk.stop();
      place.headset.stop();
    };
  }, [place]);
  if (!place) return null;
  return (
    <PlaceContext.Provider value={place}>
      <Seat place={place} />
    </PlaceContext.Provider>
  );
}

function sit(agent: string, token: string): Place {
  const headset = new Headset(ask);
  const desk = new Desk(agent, linked(token), () => {
    headset.endEcho();
    headset.microphone.beep();
  });
  return makePlace(desk, headset);
}

/** Tell the server whenever the headset is there and nobody is on it: it is called at once, and a dead leg replaced. */
function offer({ desk, headset }: Place): () => void {
  const open = computed(() => desk.post.health.value.state === "open");
  return effect(() => {
    if (open.value && headset.phase.value === "registered" && !headset.parked.value && !headset.busy)
      desk.say({ type: "registered" });
  });
}

function Seat({ place }: { place: Place }) {
  const { desk, headset } = place;
  useKeys(place);
  const ended = desk.ended.value;
  useEffect(() => {
    if (!ended) return;
    headset.stop();
    if (ended.code === 1000 || ended.code === 4401) void logout({ tell: ended.code === 1000 });
  }, [ended]);
  if (ended) return <Ended code={ended.code} />;
  const call = desk.writing.call.value;
  return (
    <div class="seat">
      <TopBar />
      <div class="strips">
        <Unread />
        <Alerts />
      </div>
      {call ? <CallScreen /> : <Idle />}
      <Health />
      <Panels />
    </div>
  );
}

function Panels() {
  const { desk, panel } = usePlace();
  const call = desk.writing.call.value;
  switch (panel.value) {
    case "notices":
      return <Notices />;
    case "day":
      return <MyDay />;
    case "callbacks":
      return <MyCallbacks />;
    case "headset":
      return <HeadsetDialog />;
    case "help":
      return <Help />;
    case "transfer":
      return desk.onCall ? <Transfer /> : null;
    case "keypad":
      return desk.onCall ? <Keypad /> : null;
    case "data":
      return call ? <Data card={call.card} /> : null;
    default:
      return null;
  }
}

function Ended({ code }: { code: number }) {
  const w = words.value.agente;
  return (
    <main class="login">
      <section class="panel stack" role="alert">
        <p>{w.ended[code] ?? w.endedOther}</p>
        <button type="button" class="primary" autofocus onClick={() => location.reload()}>
          {w.again}
        </button>
        <button type="button" onClick={() => logout({ tell: false })}>
          {words.value.session.leave}
        </button>
      </section>
    </main>
  );
}
