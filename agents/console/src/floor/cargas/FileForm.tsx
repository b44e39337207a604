import { useState } from "preact/hooks";
import { session } from "../../core/session";
import { words } from "../../words";
import type { CargaListed } from "./CargasList";
import { KINDS, needs } from "./report";
import { MOST_BYTES, type Wanted } from "./upload";

type Props = { busy: boolean; known: readonly CargaListed[]; send: (wanted: Wanted) => void };

/** Which file, what it brings, whose it is. */
export function FileForm({ busy, known, send }: Props) {
  const w = words.value.oficina.cargas;
  const [file, choose] = useState<File | null>(null);
  const [kind, setKind] = useState("");
  const [mandante, setMandante] = useState("");
  const [cartera, setCartera] = useState("");
  const [template, setTemplate] = useState("");
  const [decimal, setDecimal] = useState("");
  const need = needs(kind);
  const large = file !== null && file.size > MOST_BYTES;
  const carteras = [...(session.value?.carteras ?? []), ...known.map((it) => it.cartera)];

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (file && !large)
      send({
        file,
        kind,
        mandante: mandante.trim(),
        cartera: cartera.trim(),
        template: template.trim(),
        decimal,
        confirm: "",
      });
  }

  return (
    <form class="file-form" onSubmit={submit}>
      <p class="soft whole">{w.explain}</p>
      <Drop file={file} choose={choose} />
      <label>
        {w.kind}
        <select required value={kind} onChange={(event) => setKind(event.currentTarget.value)}>
          <option value="" />
          {KINDS.map((it) => (
            <option key={it} value={it}>
              {w.kinds[it]}
            </option>
          ))}
        </select>
      </label>
      <Named
        label={w.mandante}
        needed={!kind || need.mandante}
        value={mandante}
        set={setMandante}
        names={known.map((it) => it.mandante)}
      />
      <Named label={w.cartera} needed={need.cartera} value={cartera} set={setCartera} names={carteras} />
      <details class="whole">
        <summary>{w.more}</summary>
        <div class="pair">
          <label>
            {w.template}
            <input maxLength={200} value={template} onInput={(event) => setTemplate(event.currentTarget.value)} />
          </label>
          <label>
            {w.decimal}
            <select value={decimal} onChange={(event) => setDecimal(event.currentTarget.value)}>
              {Object.entries(w.decimals).map(([sign, said]) => (
                <option key={sign} value={sign}>
                  {said}
                </option>
              ))}
            </select>
          </label>
        </div>
      </details>
      <p class="bad whole" aria-live="polite">
        {large && w.tooLarge}
      </p>
      <button type="submit" class="primary" disabled={busy || !file || large}>
        {w.dryRun}
      </button>
    </form>
  );
}

type NamedProps = {
  label: string;
  needed: boolean;
  value: string;
  set: (value: string) => void;
  names: readonly string[];
};

/** A code that may be new, with those that are known to choose from. */
function Named({ label, needed, value, set, names }: NamedProps) {
  const w = words.value.oficina.cargas;
  const id = `known-${label}`;
  return (
    <label>
      <span>
        {label} {!needed && <span class="soft">{w.optional}</span>}
      </span>
      <input
        list={id}
        required={needed}
        maxLength={64}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
      <datalist id={id}>
        {[...new Set(names)].filter(Boolean).map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </label>
  );
}

function Drop({ file, choose }: { file: File | null; choose: (file: File | null) => void }) {
  const w = words.value.oficina.cargas;
  const [over, hover] = useState(false);
  return (
    <label
      class={`drop whole ${over ? "over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        hover(true);
      }}
      onDragLeave={() => hover(false)}
      onDrop={(event) => {
        event.preventDefault();
        hover(false);
        choose(event.dataTransfer?.files[0] ?? null);
      }}
    >
      <span>{w.file}</span>
      <input
        type="file"
        accept=".csv,.txt,.xlsx,.xlsb,.xls,.ods"
        class="unseen"
        onChange={(event) => choose(event.currentTarget.files?.[0] ?? null)}
      />
      <b>{file ? file.name : w.drop}</b>
    </label>
  );
}
