import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { may } from "../../core/session";
import { words } from "../../words";
import { EVERYBODY, type Filter, type Order, shown } from "../agents";
import type { Floor } from "../board";
import { ON_ALL } from "../orders";
import { Outcome } from "../ui/Outcome";
import { AgentsTable } from "./AgentsTable";
import { type Asking, AskingAbout } from "./orders/AskingAbout";
import { StateChips } from "./StateChips";

const KEY = "cintillo.floor.order";

function keptOrder(): Order {
  const kept = localStorage.getItem(KEY);
  return kept ? (JSON.parse(kept) as Order) : { column: "agent", down: false };
}

export function AgentsPanel({ floor }: { floor: Floor }) {
  const w = words.value.piso;
  const filter = useSignal<Filter>(EVERYBODY);
  const order = useSignal<Order>(keptOrder());
  const asking = useSignal<Asking | null>(null);
  const search = useRef<HTMLInputElement>(null);
  const rows = shown(floor.agents, filter.value, order.value);
  const set = (part: Partial<Filter>) => {
    filter.value = { ...filter.value, ...part };
  };

  useEffect(() => {
    function key(event: KeyboardEvent) {
      const typing = (event.target as HTMLElement).closest("input, textarea, select, dialog");
      if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key === "?") document.querySelector<HTMLElement>("[data-keys]")?.click();
      else if (event.key === "/") search.current?.focus();
      else return;
      event.preventDefault();
    }
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);

  return (
    <section class="panel agents" aria-labelledby="agents-title">
      <div class="bar">
        <h2 id="agents-title">{w.agents.title}</h2>
        <span class="soft">{w.agents.shown(rows.length, floor.agents.length)}</span>
        <input
          ref={search}
          type="search"
          aria-label={w.agents.search}
          placeholder={w.agents.search}
          value={filter.value.text}
          onInput={(event) => set({ text: event.currentTarget.value })}
        />
        <select
          aria-label={w.agents.filterCartera}
          value={filter.value.cartera}
          onChange={(event) => set({ cartera: event.currentTarget.value })}
        >
          <option value="">{w.agents.anyCartera}</option>
          {Object.keys(floor.carteras).map((name) => (
            <option key={name}>{name}</option>
          ))}
        </select>
        {may("move_agents") && (
          <button
            type="button"
            onClick={() => {
              asking.value = { verb: "say" };
            }}
          >
            {w.say.button}
          </button>
        )}
        <Outcome on={ON_ALL} />
      </div>
      <StateChips counts={floor.agents_by_state} chosen={filter.value.state} choose={(state) => set({ state })} />
      <AgentsTable
        rows={rows}
        anybody={floor.agents.length > 0}
        nodes={(floor.nodes?.length ?? 0) > 1}
        order={order.value}
        setOrder={(wanted) => {
          order.value = wanted;
          localStorage.setItem(KEY, JSON.stringify(wanted));
        }}
        ask={(wanted) => {
          asking.value = wanted;
        }}
      />
      {asking.value && (
        <AskingAbout
          asking={asking.value}
          floor={floor}
          close={() => {
            asking.value = null;
          }}
        />
      )}
    </section>
  );
}
