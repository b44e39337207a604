import { words } from "../words";
import { GestionForm } from "./GestionForm";
import { usePlace } from "./place";
import { Tree } from "./Tree";
import type { Shown } from "./writing";

/** What came of the call: the tree until a result is chosen, then only what that result needs. */
export function Result({ call }: { call: Shown }) {
  const { desk, tree } = usePlace();
  const w = words.value.agente;
  const { code } = desk.writing.form.value;
  const saving = desk.writing.saving.value;
  const one = call.arbol.dispositions.find((each) => each.code === code);
  const choosing = (!one || tree.value) && !saving;
  return (
    <section class="panel fill result" aria-labelledby="result-title">
      <h2 id="result-title">
        {w.tree.title} <Kept />
        {one && !choosing && !saving ? (
          <button type="button" onClick={() => (tree.value = true)}>
            {w.tree.change} <kbd>G</kbd>
          </button>
        ) : null}
      </h2>
      {choosing ? <Tree call={call} /> : one ? <GestionForm call={call} one={one} /> : null}
    </section>
  );
}

function Kept() {
  const { desk } = usePlace();
  const w = words.value.agente.form;
  const kept = desk.writing.kept.value;
  if (desk.writing.saving.value || !kept) return null;
  return <span class="soft small">{kept === "server" ? w.draftServer : w.draftHere}</span>;
}
