import { useState } from "preact/hooks";
import { showSpan } from "../core/floortime";
import { logout, session } from "../core/session";
import { Preferences } from "../ui/Preferences";
import { words } from "../words";
import { handsUp } from "./agents";
import { clock } from "./format";
import { Keys } from "./Keys";
import { live } from "./live";
import { Receive } from "./Receive";
import { useApprovals } from "./retiros/approvals";
import type { Tab } from "./tabs";
import { troubles } from "./troubles";

export function Top({ tabs, tab }: { tabs: readonly Tab[]; tab: Tab | "" }) {
  return (
    <header class="top">
      <h1>
        <img src="/cintillo.svg" alt="Cintillo" width="26" height="26" />
      </h1>
      <Tabs tabs={tabs} tab={tab} />
      {tabs.includes("piso") && <Liveness />}
      <Receive />
      <Clock />
      <Person />
      <Troubles />
    </header>
  );
}

function Tabs({ tabs, tab }: { tabs: readonly Tab[]; tab: Tab | "" }) {
  const w = words.value.piso;
  const hands = handsUp(live.floor.value?.agents ?? []);
  const waiting = useApprovals();
  function key(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const next = tabs[(tabs.indexOf(tab as Tab) + step + tabs.length) % tabs.length];
    if (!next) return;
    location.hash = next;
    document.getElementById(`tab-${next}`)?.focus();
  }
  return (
    <div class="tabs" role="tablist" aria-label={w.tabs.label} onKeyDown={key}>
      {tabs.map((one) => (
        <button
          key={one}
          id={`tab-${one}`}
          type="button"
          role="tab"
          aria-selected={one === tab}
          aria-controls="page"
          tabIndex={one === tab ? 0 : -1}
          onClick={() => {
            location.hash = one;
          }}
        >
          {w.tabs[one]}
          {one === "piso" && hands > 0 && <span class="count">{hands}</span>}
          {one === "retiros" && waiting > 0 && (
            <span class="count" title={w.top.approvals(waiting)}>
              {waiting}
            </span>
          )}
        </button>
      ))}
    </div>
  );
}

/** Whether what is seen is the present, and if not, of when it is. */
function Liveness() {
  const w = words.value.piso.top;
  const old = live.oldS.value;
  if (!live.floor.value) return <span class="liveness soft">{w.waiting}</span>;
  return <span class={`liveness ${old > 10 ? "bad" : old ? "warn" : "good"}`}>{old ? w.old(`${old} s`) : w.live}</span>;
}

function Clock() {
  if (!live.nowMs.value) return null;
  return (
    <time class="clock" title={words.value.piso.top.clock}>
      {clock(live.nowMs.value)}
    </time>
  );
}

function Person() {
  const w = words.value;
  const [keys, showKeys] = useState(false);
  return (
    <div class="person">
      <span title={session.value?.code}>
        {session.value?.name} <small class="soft">{session.value?.role}</small>
      </span>
      <button type="button" class="bare" onClick={() => showKeys(true)} aria-label={w.piso.top.keys} data-keys>
        ?
      </button>
      <Preferences />
      <button type="button" class="bare" onClick={() => logout({ tell: true })}>
        {w.session.leave}
      </button>
      {keys && <Keys close={() => showKeys(false)} />}
    </div>
  );
}

/** What a supervisor must know before believing the board. */
function Troubles() {
  const w = words.value.piso.top;
  const floor = live.floor.value;
  const told = floor ? troubles(floor) : [];
  const cut = live.linkState.value === "lost" && floor && live.oldS.value;
  if (!told.length && !cut) return null;
  return (
    <div class="troubles">
      {cut ? <p>{w.cut(showSpan(live.oldS.value * 1000))}</p> : null}
      {told.map((it) => (
        <p key={`${it.what} ${it.node}`}>
          {it.what === "pbx" ? (it.node ? w.pbxOf(it.node) : w.pbx) : w.nodeOld(it.node, showSpan(it.old_ms))}
        </p>
      ))}
    </div>
  );
}
