import type { ComponentChildren } from "preact";

export type Head = { name: string; right?: boolean };

/** A table of records that scrolls by itself under its heads. */
export function Table({
  heads,
  children,
  label,
}: {
  heads: readonly Head[];
  children: ComponentChildren;
  label: string;
}) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={label}>
      <table>
        <thead>
          <tr>
            {heads.map((it) => (
              <th key={it.name} scope="col" class={it.right ? "num" : ""}>
                {it.name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

export const heads = (names: Record<string, string>, right: readonly string[] = []): Head[] =>
  Object.entries(names).map(([key, name]) => ({ name, right: right.includes(key) }));
