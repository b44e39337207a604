import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { may } from "../../core/session";
import { words } from "../../words";
import { type Action, actionsOn, type Verb } from "../actions";
import { type Column, called, type Order, turned } from "../agents";
import type { Agent } from "../board";
import { live } from "../live";
import { type Item, Menu } from "../ui/Menu";
import { AgentRow } from "./AgentRow";
import type { Asking } from "./orders/AskingAbout";
import { atOnce } from "./orders/atOnce";

type Props = {
  rows: readonly Agent[];
  anybody: boolean;
  nodes: boolean;
  order: Order;
  setOrder: (order: Order) => void;
  ask: (asking: Asking) => void;
};

/** One agent a line. Arrows go from one to the next, Enter opens the orders, and each order has its key on the line. */
export function AgentsTable({ rows, anybody, nodes, order, setOrder, ask }: Props) {
  const w = words.value.piso;
  const here = useSignal("");
  const menu = useSignal<{ agent_id: string; at: DOMRect } | null>(null);
  const body = useRef<HTMLTableSectionElement>(null);
  const focused = useRef(false);
  const first = rows.some((it) => it.agent_id === here.value) ? here.value : rows[0]?.agent_id;
  const button = (agent_id: string) =>
    body.current?.querySelector<HTMLElement>(`[data-agent="${CSS.escape(agent_id)}"]`);

  // A line that moves to another place loses the focus that it had.
  useEffect(() => {
    if (focused.current && document.activeElement === document.body) button(here.value)?.focus();
  });

  function act(agent: Agent, verb: Verb) {
    menu.value = null;
    button(agent.agent_id)?.focus();
    if (!atOnce(agent, verb)) ask({ verb, agent_id: agent.agent_id } as Asking);
  }
  const actions = (agent: Agent) => actionsOn(agent, live.ears.value, may);

  function key(event: KeyboardEvent) {
    const at = rows.findIndex((it) => it.agent_id === here.value);
    const agent = rows[at];
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
    const next = to === undefined ? undefined : rows[to];
    const action = agent && !event.ctrlKey && !event.metaKey && actions(agent).find((it) => it.key === event.key);
    if (next) button(next.agent_id)?.focus();
    else if (action) act(agent, action.verb);
    else return;
    event.preventDefault();
  }

  const open = menu.value && rows.find((it) => it.agent_id === menu.value?.agent_id);
  return (
    // The menu stands outside: what is fixed within a box that contains its layout is placed by that box.
    <>
      <div class="scroll">
        <table>
          <Head nodes={nodes} order={order} setOrder={setOrder} />
          <tbody
            ref={body}
            onKeyDown={key}
            onFocusIn={(event) => {
              focused.current = true;
              here.value = (event.target as HTMLElement).dataset.agent ?? here.value;
            }}
            onFocusOut={(event) => {
              focused.current = !event.relatedTarget;
            }}
          >
            {rows.map((agent) => (
              <AgentRow
                key={agent.agent_id}
                agent={agent}
                nodes={nodes}
                first={agent.agent_id === first}
                heard={live.ears.value.agent_id === agent.agent_id ? live.ears.value.mode : ""}
                open={(at) => {
                  menu.value = { agent_id: agent.agent_id, at };
                }}
              />
            ))}
          </tbody>
        </table>
        {!rows.length && <p class="soft none">{anybody ? w.agents.none : w.agents.nobody}</p>}
      </div>
      {open && menu.value && (
        <Menu
          label={w.agents.menu(called(open))}
          items={actions(open).map(item)}
          at={menu.value.at}
          pick={(verb) => act(open, verb as Verb)}
          close={() => {
            button(open.agent_id)?.focus();
            menu.value = null;
          }}
        />
      )}
    </>
  );
}

function item({ verb, key }: Action): Item {
  const w = words.value.piso;
  return { id: verb, label: w.verbs[verb], note: w.verbNotes[verb], key, danger: verb === "logout" };
}

const COLUMNS: readonly Column[] = ["agent", "state", "since", "cartera", "calls", "gestiones", "node"];

function Head({ nodes, order, setOrder }: Pick<Props, "nodes" | "order" | "setOrder">) {
  const w = words.value.piso.agents;
  const long: Partial<Record<Column, string>> = w.long;
  return (
    <thead>
      <tr>
        {COLUMNS.filter((it) => nodes || it !== "node").map((column) => (
          <th
            key={column}
            scope="col"
            class={`c-${column}`}
            aria-sort={order.column === column ? (order.down ? "descending" : "ascending") : undefined}
          >
            <button type="button" class="bare" title={long[column]} onClick={() => setOrder(turned(order, column))}>
              {w.heads[column]}
            </button>
          </th>
        ))}
        <th scope="col" class="c-orders">
          {w.orders}
        </th>
      </tr>
    </thead>
  );
}
