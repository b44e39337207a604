import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { words } from "../words";
import type { Disposicion } from "./card";
import { useAim, usePlace } from "./place";
import { byKind, favourites, search } from "./tipificacion";
import type { Shown } from "./writing";

/** A search over codes and labels. Digits take one of the most used while nothing is typed; arrows and Enter the rest. */
export function Tree({ call }: { call: Shown }) {
  const { desk, tree, aim } = usePlace();
  const w = words.value.agente.tree;
  useAim("tree-search", "#tree-search");
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const often = useMemo(() => favourites(call.arbol, desk.writing.used.value[call.arbol.id] ?? {}), [call.arbol]);
  const groups = byKind(search(call.arbol, typed));
  const flat = groups.flatMap((group) => group.dispositions);
  const present = flat[Math.min(at, flat.length - 1)];
  const offered = desk.writing.form.value.code;
  useEffect(() => {
    box.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, [present]);

  function take(one: Disposicion | undefined) {
    if (!one) return;
    aim.at = "first";
    desk.writing.choose(one.code);
    tree.value = false;
  }

  function pressed(event: KeyboardEvent) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const favourite = typed === "" && /^[1-9]$/.test(event.key) ? often[Number(event.key) - 1] : undefined;
    if (favourite) take(favourite);
    else if (event.key === "ArrowDown") setAt(Math.min(at + 1, flat.length - 1));
    else if (event.key === "ArrowUp") setAt(Math.max(at - 1, 0));
    else if (event.key === "Enter") take(present);
    else if (event.key === "Escape" && typed) setTyped("");
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class="tree" onKeyDown={pressed}>
      <input
        id="tree-search"
        type="text"
        role="combobox"
        list={undefined}
        aria-expanded="true"
        aria-controls="tree-list"
        aria-activedescendant={present ? `d-${present.code}` : undefined}
        aria-label={w.search}
        placeholder={w.search}
        autocomplete="off"
        value={typed}
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          setAt(0);
        }}
      />
      {typed ? null : (
        <div class="often" role="group" aria-label={w.favourites}>
          {often.map((one, index) => (
            <button type="button" key={one.code} onClick={() => take(one)} title={one.code}>
              <kbd>{index + 1}</kbd> {one.label}
            </button>
          ))}
        </div>
      )}
      <div class="scroll" id="tree-list" role="listbox" aria-label={w.title} tabIndex={-1} ref={box}>
        {flat.length ? null : <p class="soft">{w.none}</p>}
        {groups.map((group) => (
          <div role="group" key={group.kind} aria-label={w.kinds[group.kind] ?? group.kind}>
            <p class="kind" aria-hidden="true">
              {w.kinds[group.kind] ?? group.kind}
            </p>
            {group.dispositions.map((one) => (
              <Option key={one.code} one={one} active={one === present} now={one.code === offered} take={take} />
            ))}
          </div>
        ))}
      </div>
    </div>
  );
}

type OptionProps = { one: Disposicion; active: boolean; now: boolean; take: (one: Disposicion) => void };

function Option({ one, active, now, take }: OptionProps) {
  const w = words.value.agente.tree;
  const needs = one.needs.map((need) => w.needs[need]).filter(Boolean);
  const note = one.stop ? w.stops[one.stop] : needs.join(", ");
  return (
    <div
      id={`d-${one.code}`}
      role="option"
      aria-selected={active}
      class={now ? "option now" : "option"}
      onClick={() => take(one)}
    >
      <span class="code">{one.code}</span> <span class="label">{one.label}</span>{" "}
      <span class={one.stop ? "warn small" : "soft small"}>{note}</span>
    </div>
  );
}
