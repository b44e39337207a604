import { useState } from "preact/hooks";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { usePlace } from "./place";

const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

/** Tones for the other side's menu; the keyboard's own digits work as well. */
export function Keypad() {
  const { headset, panel } = usePlace();
  const w = words.value.agente.controls;
  const [sent, setSent] = useState("");
  const [failed, setFailed] = useState(false);

  function press(key: string) {
    const went = headset.dtmf(key);
    setFailed(!went);
    if (went) setSent((before) => (before + key).slice(-24));
  }

  return (
    <Dialog title={w.keypadTitle} close={() => (panel.value = "")}>
      <div
        class="keypad"
        onKeyDown={(event) => {
          if (KEYS.includes(event.key)) press(event.key);
        }}
      >
        <output aria-label={w.keypadSent}>{sent}</output>
        {KEYS.map((key) => (
          <button type="button" key={key} autofocus={key === "1"} onClick={() => press(key)}>
            {key}
          </button>
        ))}
        {failed ? (
          <p class="warn" role="alert">
            {w.keypadNo}
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
