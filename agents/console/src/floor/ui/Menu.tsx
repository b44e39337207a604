import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

export type Item = { id: string; label: string; note?: string | undefined; key?: string | undefined; danger?: boolean };
type Props = { label: string; items: readonly Item[]; at: DOMRect; pick: (id: string) => void; close: () => void };

/** A menu beside whatever opened it: arrows, Home and End, an item's own key, Esc. */
export function Menu({ label, items, at, pick, close }: Props) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const menu = box.current;
    if (!menu) return;
    const { height, width } = menu.getBoundingClientRect();
    menu.style.left = `${Math.max(4, Math.min(at.left, innerWidth - width - 4))}px`;
    menu.style.top = `${at.bottom + height < innerHeight ? at.bottom + 2 : Math.max(4, at.top - height - 2)}px`;
    menu.querySelector("button")?.focus();
  }, [at]);
  useEffect(() => {
    const outside = (event: PointerEvent) => box.current?.contains(event.target as Node) || close();
    addEventListener("pointerdown", outside);
    return () => removeEventListener("pointerdown", outside);
  }, [close]);

  function key(event: KeyboardEvent) {
    const buttons = [...(box.current?.querySelectorAll("button") ?? [])];
    const here = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: -1 }[event.key];
    const item = items.find((it) => it.key === event.key);
    if (to !== undefined) buttons.at(to % buttons.length)?.focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (item) pick(item.id);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div ref={box} class="menu" role="menu" aria-label={label} onKeyDown={key}>
      {items.map((it) => (
        <button
          key={it.id}
          type="button"
          role="menuitem"
          tabIndex={-1}
          class={it.danger ? "bad" : ""}
          onClick={() => pick(it.id)}
        >
          <span>{it.label}</span>
          {it.note && <small>{it.note}</small>}
          {it.key && <kbd aria-hidden="true">{it.key}</kbd>}
        </button>
      ))}
    </div>
  );
}
