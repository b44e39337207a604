import { useSignal } from "@preact/signals";
import { words } from "../../words";
import type { Floor } from "../board";
import { CarteraCard } from "./CarteraCard";
import { AskingAboutCartera, type AskingCartera } from "./orders/AskingAboutCartera";

export function CarterasPanel({ floor }: { floor: Floor }) {
  const w = words.value.piso.carteras;
  const asking = useSignal<AskingCartera | null>(null);
  const rows = Object.entries(floor.carteras);
  return (
    <section class="panel carteras" aria-labelledby="carteras-title">
      <h2 id="carteras-title">{w.title}</h2>
      <div class="scroll">
        {rows.map(([name, row]) => (
          <CarteraCard
            key={name}
            name={name}
            row={row}
            few={rows.length < 3}
            ask={(wanted) => {
              asking.value = wanted;
            }}
          />
        ))}
        {!rows.length && <p class="soft">{w.none}</p>}
      </div>
      {asking.value && (
        <AskingAboutCartera
          asking={asking.value}
          floor={floor}
          close={() => {
            asking.value = null;
          }}
        />
      )}
    </section>
  );
}
