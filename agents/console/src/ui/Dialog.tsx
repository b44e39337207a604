import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import { words } from "../words";
import "./dialog.css";

type Props = {
  title: string;
  close: () => void;
  children: ComponentChildren;
  /** What the dialog asks about: Enter does it. Left out, there is only a way to close it. */
  go?: { label: string; act: () => void; danger?: boolean; disabled?: boolean };
  wide?: boolean;
};

/** The browser's own modal dialog: it keeps the focus in, gives it back, and closes with Escape. */
export function Dialog({ title, close, children, go, wide = false }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before the next key: a letter of the answer must not fall on what was asked about, where it may be an order.
  useLayoutEffect(() => {
    const before = document.activeElement as HTMLElement | null;
    box.current?.showModal();
    return () => before?.isConnected && before.focus();
  }, []);
  return (
    <dialog ref={box} class={wide ? "dialog wide" : "dialog"} aria-labelledby={heading} onClose={close}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" class="close" aria-label={words.value.piso.ask.close} onClick={close}>
          ×
        </button>
      </header>
      {go ? (
        <Question close={close} go={go}>
          {children}
        </Question>
      ) : (
        children
      )}
    </dialog>
  );
}

function Question({ close, go, children }: Required<Pick<Props, "close" | "go" | "children">>) {
  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (!go.disabled) go.act();
  }
  return (
    <form onSubmit={submit}>
      {children}
      <div class="buttons">
        <button type="button" onClick={close}>
          {words.value.piso.ask.cancel}
        </button>
        <button type="submit" class={go.danger ? "danger" : "primary"} disabled={go.disabled ?? false} autofocus>
          {go.label}
        </button>
      </div>
    </form>
  );
}
