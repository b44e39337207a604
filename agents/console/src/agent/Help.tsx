import { useState } from "preact/hooks";
import { Dialog } from "../ui/Dialog";
import { words } from "../words";
import { LETTERS, lettersOn, setLetters } from "./keys";
import { usePlace } from "./place";

/** The keyboard's map. */
export function Help() {
  const { panel } = usePlace();
  const w = words.value.agente.help;
  const [on, setOn] = useState(lettersOn());
  const k = w.keys;
  const letters = Object.entries(LETTERS).map(([key, what]): [string, string] => [
    key.toUpperCase(),
    k[what as keyof typeof k] ?? what,
  ]);
  const groups: [string, [string, string][]][] = [
    [
      w.always,
      [
        ["Ctrl ↵", k.save],
        ["F2", k.mute],
        ["F4", k.hold],
        ["F8", k.transfer],
        ["F9", k.hangup],
        ["F10", k.keypad],
        ["Esc", k.escape],
      ],
    ],
    [w.outside, letters],
    [
      w.inScript,
      [
        ["1…9", k.answer],
        ["Enter", k.go],
        ["⌫", k.back],
      ],
    ],
    [
      w.inTree,
      [
        ["1…5", k.favourite],
        ["↑ ↓ Enter", k.arrows],
      ],
    ],
  ];
  return (
    <Dialog title={w.title} close={() => (panel.value = "")} wide>
      <div class="keys">
        {groups.map(([title, keys]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
      <label class="check">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            setLetters(event.currentTarget.checked);
            setOn(event.currentTarget.checked);
          }}
        />
        {w.letters}
      </label>
    </Dialog>
  );
}
