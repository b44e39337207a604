import { useSignalEffect } from "@preact/signals";
import { lazy, Suspense } from "preact/compat";
import { useEffect, useState } from "preact/hooks";
import { ask, logout, session } from "../core/session";
import { words } from "../words";
import { Announcer } from "./Announcer";
import { EarBar } from "./EarBar";
import { disconnect } from "./ear";
import { HandoverBar } from "./HandoverBar";
import { live } from "./live";
import { forget } from "./receiving";
import { Top } from "./Top";
import { type Tab, tabOf, tabsFor } from "./tabs";
import "./floor.css";
import "./desk.css";

const PAGES = {
  piso: lazy(() => import("./piso/PisoTab").then((it) => it.PisoTab)),
  estrategia: lazy(() => import("./estrategia/EstrategiaTab").then((it) => it.EstrategiaTab)),
  listas: lazy(() => import("./listas/ListasTab").then((it) => it.ListasTab)),
  retiros: lazy(() => import("./retiros/RetirosTab").then((it) => it.RetirosTab)),
  cargas: lazy(() => import("./cargas/CargasTab").then((it) => it.CargasTab)),
  grabaciones: lazy(() => import("./grabaciones/GrabacionesTab").then((it) => it.GrabacionesTab)),
  auditoria: lazy(() => import("./auditoria/AuditoriaTab").then((it) => it.AuditoriaTab)),
};

/** The pages of everybody who takes no calls; which of them there are follows from the role. */
export function FloorPage() {
  const permissions = session.value?.permissions ?? [];
  const tabs = tabsFor(permissions);
  const [tab, show] = useState<Tab | "">(() => tabOf(location.hash, tabs));

  useEffect(() => {
    live.start(session.value?.token ?? "", ask, permissions.includes("see_floor"));
    const moved = () => show(tabOf(location.hash, tabs));
    addEventListener("hashchange", moved);
    return () => {
      removeEventListener("hashchange", moved);
      live.stop();
      forget();
      disconnect();
    };
  }, []);
  useSignalEffect(() => {
    if (live.ended.value) logout({ tell: false });
  });

  const Page = tab && PAGES[tab];
  return (
    <div class="floor">
      <Top tabs={tabs} tab={tab} />
      <HandoverBar />
      <EarBar />
      <main>
        {Page ? (
          <div id="page" role="tabpanel" aria-labelledby={`tab-${tab}`} class={`page ${tab}`}>
            <Suspense fallback={<p class="soft">{words.value.piso.ask.loading}</p>}>
              <Page />
            </Suspense>
          </div>
        ) : (
          <p class="panel">{words.value.piso.nothing}</p>
        )}
      </main>
      <Announcer />
    </div>
  );
}
