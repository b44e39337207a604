import { showDay } from "../core/floortime";
import { sums } from "../core/money";
import { words } from "../words";
import { CallControls } from "./CallControls";
import type { Card, Sums } from "./card";
import { PreviewControls } from "./PreviewControls";
import { usePlace } from "./place";

/** Who it is and what they owe, large; beside them what may be done with the call. */
export function CallHead() {
  const { desk } = usePlace();
  const w = words.value.agente.head;
  const call = desk.writing.call.value;
  if (!call) return null;
  const { card } = call;
  return (
    <section class="head panel" aria-label={w.label}>
      <Who card={card} />
      <Amount label={w.total} amounts={card.deuda.total} note={w.documents(card.deuda.documentos)} />
      <Amount
        label={w.overdue}
        amounts={card.deuda.vencido}
        note={
          card.deuda.vencido_desde ? w.since(showDay(card.deuda.vencido_desde), card.deuda.dias_mora) : w.nothingOverdue
        }
        strong
      />
      {call.preview ? <PreviewControls card={card} /> : <CallControls />}
    </section>
  );
}

function Who({ card }: { card: Card }) {
  const w = words.value.agente.head;
  const { deudor } = card;
  const [line, others] = [card.telefonos.find((one) => one.en_linea), card.telefonos.filter((one) => !one.en_linea)];
  const further = `${w.otherPhones}: ${others.map((one) => (one.invalido ? `${one.e164} (${w.invalid})` : one.e164)).join(" · ")}`;
  return (
    <div class="whom">
      <p class="soft clip">{w.onBehalf(card.mandante.nombre, card.cartera.nombre)}</p>
      <h1 class="clip" title={deudor.nombre}>
        {deudor.nombre}
      </h1>
      <p class="facts clip">
        <span>
          {w.rut} <b>{deudor.rut}</b>
        </span>
        {line ? (
          <span>
            {w.onLine} <b>{line.e164}</b>
          </span>
        ) : null}
        {deudor.comuna ? <span>{deudor.comuna}</span> : null}
        {deudor.restricciones.length ? (
          <span class="bad">
            {w.stops}: {deudor.restricciones.join(", ")}
          </span>
        ) : null}
        {others.length ? (
          <span class="soft rest" title={further}>
            {further}
          </span>
        ) : null}
      </p>
    </div>
  );
}

type AmountProps = { label: string; amounts: Sums; note: string; strong?: boolean };

function Amount({ label, amounts, note, strong = false }: AmountProps) {
  const shown = sums(amounts);
  return (
    <div class={strong ? "amount overdue" : "amount"}>
      <span class="soft">{label}</span>
      <strong>{shown.length ? shown.join(" + ") : "$0"}</strong>
      <span class="soft">{note}</span>
    </div>
  );
}
