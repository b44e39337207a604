/** Control totals: `rows=4072,CLP=4940701979`, as the dry run says them and a person types them back. */
export type Total = { name: string; figure: string };

export function totals(words: string): Total[] {
  return words.split(",").map((part) => {
    const [name = "", figure = ""] = part.split("=");
    return { name, figure };
  });
}

/** What was typed, as an exact decimal without signs of thousands; null if it is no figure. In Chile the comma is the
 * decimal sign and the point that of thousands. */
export function figure(typed: string): string | null {
  const bare = typed.replace(/[\s$]/g, "").replace(/^UF/i, "");
  const grouped = /^-?\d{1,3}(\.\d{3})+(,\d+)?$/.test(bare);
  if (!grouped && !/^-?\d+(,\d+)?$/.test(bare)) return null;
  return trimmed(bare.replaceAll(".", "").replace(",", "."));
}

/** Whether every figure typed is the file's. */
export function agrees(wanted: readonly Total[], typed: Readonly<Record<string, string>>): boolean {
  return wanted.every((one) => figure(typed[one.name] ?? "") === trimmed(one.figure));
}

/** The same number always as the same text. */
function trimmed(text: string): string {
  const [whole = "0", cents = ""] = text.split(".");
  const rest = cents.replace(/0+$/, "");
  return (whole.replace(/^(-?)0+(?=\d)/, "$1") || "0") + (rest ? `.${rest}` : "");
}
