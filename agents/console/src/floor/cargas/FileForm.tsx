import { useEffect, useState } from "preact/hooks";
import { session } from "../../core/session";
import { words } from "../../words";
import { day } from "../format";
import { useAsked } from "../ui/asking";
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
        decimal: "",
        mapping: "",
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
      <Template kind={kind} mandante={mandante.trim()} name={template} set={setTemplate} />
      <p class="bad whole" aria-live="polite">
        {large && w.tooLarge}
      </p>
      <button type="submit" class="primary" disabled={busy || !file || large}>
        {w.dryRun}
      </button>
    </form>
  );
}

type TemplateProps = { kind: string; mandante: string; name: string; set: (name: string) => void };
type Known = { name: string; by: string; at_ms: number };

/** The templates for this mandante and kind: the files' and those that were saved here. */
function Template({ kind, mandante, name, set }: TemplateProps) {
  const w = words.value.oficina.cargas;
  const whose = `kind=${kind}&mandante=${encodeURIComponent(mandante)}`;
  const list = useAsked<Known[]>(kind && (mandante || !needs(kind).mandante) ? `/api/cargas/plantillas?${whose}` : "");
  const known = list.data ?? [];
  const there = known.some((it) => it.name === name);
  useEffect(() => {
    if (name && list.data && !there) set("");
  }, [list.data]);
  return (
    <label>
      <span>
        {w.template} <span class="soft">{w.optional}</span>
      </span>
      <select disabled={!known.length} value={there ? name : ""} onChange={(event) => set(event.currentTarget.value)}>
        <option value="">{w.ownTemplate}</option>
        {known.map((it) => (
          <option key={it.name} value={it.name}>
            {it.by ? w.savedTemplate(it.name, it.by, day(it.at_ms)) : it.name}
          </option>
        ))}
      </select>
      <small class="bad">{list.trouble}</small>
    </label>
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
