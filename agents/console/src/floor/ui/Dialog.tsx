import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../../words";

type Props = {
  title: string;
  close: () => void;
  children: ComponentChildren;
  /** Left out: there is only «close». */
  go?: { label: string; act: () => void; danger?: boolean; disabled?: boolean };
  wide?: boolean;
};

/** A modal question: Esc leaves it, Enter does it, and the focus goes back to where it was. */
export function Dialog({ title, close, children, go, wide }: Props) {
  const w = words.value.piso.ask;
  const box = useRef<HTMLDialogElement>(null);
  const id = useId();
  // Before the next key: a letter of the answer must not fall on what was asked about, where it may be an order.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (go && !go.disabled) go.act();
  }

  return (
    <dialog ref={box} class={wide ? "ask wide" : "ask"} aria-labelledby={id} onClose={close}>
      <form onSubmit={submit}>
        <h2 id={id}>{title}</h2>
        {children}
        <div class="buttons">
          <button type="button" onClick={close}>
            {go ? w.cancel : w.close}
          </button>
          {go && (
            <button type="submit" class={go.danger ? "danger" : "primary"} disabled={go.disabled ?? false} autofocus>
              {go.label}
            </button>
          )}
        </div>
      </form>
    </dialog>
  );
}
