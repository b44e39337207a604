import type { ComponentChildren } from "preact";
import { useId, useLayoutEffect, useRef } from "preact/hooks";
import "./dialog.css";

type Props = { title: string; close: () => void; closeLabel: string; wide?: boolean; children: ComponentChildren };

/** The browser's own modal dialog: it keeps the focus in, gives it back, and closes with Escape. */
export function Dialog({ title, close, closeLabel, wide = false, children }: Props) {
  const box = useRef<HTMLDialogElement>(null);
  const heading = useId();
  // Before the next key, so that nobody's first letter goes astray.
  useLayoutEffect(() => {
    const dialog = box.current;
    dialog?.showModal();
    return () => dialog?.close();
  }, []);
  return (
    <dialog ref={box} class={wide ? "dialog wide" : "dialog"} aria-labelledby={heading} onClose={close}>
      <header>
        <h2 id={heading}>{title}</h2>
        <button type="button" class="close" aria-label={closeLabel} onClick={close}>
          ×
        </button>
      </header>
      {children}
    </dialog>
  );
}
