import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { words } from "../../words";
import { live } from "../live";
import { Answer } from "../ui/Answer";
import { useAsked } from "../ui/asking";
import { Editor } from "./Editor";
import type { Draft, Strategies } from "./strategy";
import "./estrategia.css";

const GOALS = "";

/** What was typed and not published, by cartera: it outlives a look at another page. */
const drafts = signal<Readonly<Record<string, Draft>>>({});

/** How each cartera is dialled and what is aimed at; the jefe changes it, the others read it. */
export function EstrategiaTab() {
  const w = words.value.estrategia;
  const asked = useAsked<Strategies>("/api/estrategias");
  const [chosen, choose] = useState<string | null>(null);
  const it = asked.data;
  const scope = chosen ?? Object.keys(it?.carteras ?? {})[0] ?? GOALS;
  const row = scope === GOALS ? it?.floor : it?.carteras[scope];

  // Somebody else published: the board says so first.
  const inForce = live.floor.value?.carteras[scope]?.version?.number;
  useEffect(() => {
    if (row && !row.unfit && inForce !== undefined && inForce !== row.number) asked.again();
  }, [inForce]);

  return (
    <div class="strategies">
      <nav class="panel scopes" aria-label={w.scopes}>
        {[...Object.keys(it?.carteras ?? {}), GOALS].map((name) => (
          <button
            key={name}
            type="button"
            aria-current={name === scope}
            class={it?.carteras[name]?.unfit ? "bad" : ""}
            onClick={() => choose(name)}
          >
            {name || w.goals} {Object.keys(drafts.value[name] ?? {}).length > 0 && <b class="warn">•</b>}
          </button>
        ))}
      </nav>
      <Answer of={asked}>
        {(all) =>
          row && (
            <Editor
              key={scope}
              scope={scope || w.goals}
              cartera={scope}
              path={scope ? `/api/estrategias/${scope}` : "/api/metas"}
              row={row}
              keys={scope ? all.keys : all.goals}
              draft={drafts.value[scope] ?? {}}
              setDraft={(draft) => {
                drafts.value = { ...drafts.value, [scope]: draft };
              }}
              again={asked.again}
            />
          )
        }
      </Answer>
    </div>
  );
}
