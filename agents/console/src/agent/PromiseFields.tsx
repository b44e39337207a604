import { local, readDay, showDay } from "../core/floortime";
import { money, typed } from "../core/money";
import { locale, words } from "../words";
import { Field } from "./Field";
import { usePlace } from "./place";
import type { Shown } from "./writing";

/** Day and amount of a compromiso, with what most people say at one key or click. */
export function PromiseFields({ call }: { call: Shown }) {
  return (
    <>
      <Day />
      <Amount call={call} />
    </>
  );
}

function Day() {
  const { desk } = usePlace();
  const { writing } = desk;
  const w = words.value.agente.form;
  const { day } = writing.form.value;
  const today = local(desk.clock.now(), desk.zone).day;
  const read = readDay(day, today);
  const quick: [string, string][] = [
    ["h", w.today],
    ["m", w.tomorrow],
    ["v", w.friday],
    ["f", w.monthEnd],
  ];
  const weekday = read
    ? new Intl.DateTimeFormat(locale(), { weekday: "long", timeZone: "UTC" }).format(Date.parse(read))
    : "";
  return (
    <div>
      <Field name="day" label={w.day} note={read ? `${weekday} ${showDay(read)}` : w.dayHint}>
        {(aria) => (
          <input
            type="text"
            inputMode="numeric"
            data-first=""
            autocomplete="off"
            maxLength={12}
            value={day}
            onInput={(event) => writing.change({ day: event.currentTarget.value })}
            onBlur={() => read && writing.change({ day: showDay(read) })}
            {...aria}
          />
        )}
      </Field>
      <div class="chips">
        {quick.map(([key, label]) => (
          <button
            type="button"
            key={key}
            onClick={() => writing.change({ day: showDay(readDay(key, today) ?? today) })}
          >
            {label}
          </button>
        ))}
      </div>
    </div>
  );
}

function Amount({ call }: { call: Shown }) {
  const { desk } = usePlace();
  const { writing } = desk;
  const w = words.value.agente.form;
  const { amount, amountOdd } = writing.form.value;
  const shown = amountOdd ? amount : typed("", amount).text;
  const { total, vencido } = call.card.deuda;
  const offers = [
    [w.whole, total.CLP],
    [w.overdue, vencido.CLP === total.CLP ? undefined : vencido.CLP],
  ].filter((one): one is [string, string] => /^\d+$/.test(one[1] ?? ""));
  const owed = total.CLP ?? "";
  const more = !amountOdd && owed && amount && Number(amount) > Number(owed) ? w.moreThanOwed(money("CLP", owed)) : "";
  return (
    <div>
      <Field name="amount" label={w.amount} note={more}>
        {(aria) => (
          <input
            type="text"
            inputMode="numeric"
            autocomplete="off"
            maxLength={20}
            class="number"
            value={shown}
            onInput={(event) => {
              const now = typed(shown, event.currentTarget.value);
              // Grouping moves the text: without this the field would keep what was typed where nothing changed.
              event.currentTarget.value = now.text;
              writing.change({ amount: now.odd ? now.text : now.digits, amountOdd: now.odd });
            }}
            {...aria}
          />
        )}
      </Field>
      <div class="chips">
        {offers.map(([label, digits]) => (
          <button type="button" key={label} onClick={() => writing.change({ amount: digits, amountOdd: false })}>
            {label} {money("CLP", digits)}
          </button>
        ))}
      </div>
    </div>
  );
}
