import { useState } from "preact/hooks";
import { addDays, local, readDay, readTime, showDay } from "../core/floortime";
import { words } from "../words";
import type { Disposicion } from "./card";
import { Field } from "./Field";
import { type Form, fields } from "./form";
import { usePlace } from "./place";

/** When to call again, in the floor's zone, who does it, and whether the debtor consents to it. */
export function CallbackFields({ one }: { one: Disposicion }) {
  const { desk } = usePlace();
  const form = desk.writing.form.value;
  const w = words.value.agente.form;
  const asked = fields(one);
  const [wanted, setWanted] = useState(false);
  if (!asked.callback && !wanted && !form.callDay && !form.callTime)
    return (
      <p>
        <button type="button" class="quiet" onClick={() => setWanted(true)}>
          + {w.addCallback}
        </button>
      </p>
    );
  return (
    <div class="callback" role="group" aria-label={w.callback}>
      <When first={asked.callback && !asked.promise} />
      <div class="row">
        <label>
          <span class="label">{w.who}</span>
          <Who value={form.pool} change={(pool) => desk.writing.change({ pool })} />
        </label>
        {asked.mayConsent ? (
          <label class="check">
            <input
              type="checkbox"
              checked={form.consent}
              onChange={(event) => desk.writing.change({ consent: event.currentTarget.checked })}
            />
            {w.consent}
          </label>
        ) : null}
      </div>
    </div>
  );
}

function When({ first }: { first: boolean }) {
  const { desk } = usePlace();
  const { writing } = desk;
  const w = words.value.agente.form;
  const { callDay, callTime } = writing.form.value;
  const now = local(desk.clock.now(), desk.zone);
  const read = { day: readDay(callDay, now.day), time: readTime(callTime) };
  const tidy = () => {
    const part: Partial<Form> = {};
    if (read.day) part.callDay = showDay(read.day);
    if (read.time) part.callTime = read.time;
    if (Object.keys(part).length) writing.change(part);
  };
  const quick: [string, string, string][] = [
    [`${w.tomorrow} 10:00`, addDays(now.day, 1), "10:00"],
    [`${w.tomorrow} 15:00`, addDays(now.day, 1), "15:00"],
    [`${w.friday} 11:00`, readDay("v", now.day) ?? now.day, "11:00"],
  ];
  const note = read.day && read.time ? `${showDay(read.day)} ${read.time} · ${w.floorHour}` : w.floorHour;
  return (
    <div>
      <Field name="call" label={`${w.callback}: ${w.callDay.toLowerCase()}, ${w.callTime.toLowerCase()}`} note={note}>
        {(aria) => (
          <span class="pair">
            <input
              type="text"
              aria-label={w.callDay}
              placeholder={w.callDay}
              data-first={first ? "" : undefined}
              autocomplete="off"
              maxLength={12}
              value={callDay}
              onInput={(event) => writing.change({ callDay: event.currentTarget.value })}
              onBlur={tidy}
              {...aria}
            />
            <input
              type="text"
              aria-label={w.callTime}
              placeholder={w.callTime}
              autocomplete="off"
              maxLength={5}
              value={callTime}
              onInput={(event) => writing.change({ callTime: event.currentTarget.value })}
              onBlur={tidy}
              {...aria}
            />
          </span>
        )}
      </Field>
      <div class="chips">
        {quick.map(([label, day, time]) => (
          <button type="button" key={label} onClick={() => writing.change({ callDay: showDay(day), callTime: time })}>
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

function Who({ value, change }: { value: boolean | null; change: (pool: boolean | null) => void }) {
  const w = words.value.agente.form;
  return (
    <select
      value={value === null ? "" : value ? "pool" : "me"}
      onChange={(event) => change({ pool: true, me: false }[event.currentTarget.value] ?? null)}
    >
      <option value="">{w.asTree}</option>
      <option value="me">{w.me}</option>
      <option value="pool">{w.anyone}</option>
    </select>
  );
}
