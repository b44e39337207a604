import { plain } from "../core/text";

export type Companero = { code: string; name: string; role: string; state: string };

const MOST = 8;

/** Who matches what was typed and can take a debtor: a supervisor without a headset on the floor has no state. */
export function whoCan(everybody: readonly Companero[], typed: string): readonly Companero[] {
  const wanted = plain(typed).trim();
  const matches = ({ code, name, state }: Companero) => state !== "" && plain(`${code} ${name}`).includes(wanted);
  return everybody.filter(matches).slice(0, MOST);
}
