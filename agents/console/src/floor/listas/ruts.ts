/** RUTs out of whatever was pasted: one per line, or with commas, semicolons, tabs between them. */
export type Pasted = { good: string[]; bad: string[]; twice: number };

export function pasted(text: string): Pasted {
  const good = new Set<string>();
  const bad: string[] = [];
  let twice = 0;
  for (const word of text.split(/[\s,;]+/).filter(Boolean)) {
    const rut = canonical(word);
    if (!rut) bad.push(word);
    else if (good.has(rut)) twice += 1;
    else good.add(rut);
  }
  return { good: [...good], bad, twice };
}

/** 12.345.678-5 as 12345678-5; "" if its check digit is not that of its number. */
export function canonical(word: string): string {
  const bare = word.replaceAll(".", "").toUpperCase();
  const found = /^0*(\d{1,9})-?([\dK])$/.exec(bare);
  if (!found?.[1] || digit(found[1]) !== found[2]) return "";
  return `${found[1]}-${found[2]}`;
}

/** The check digit, modulo 11 with the weights 2 to 7 from the right. */
function digit(number: string): string {
  const sum = [...number].reverse().reduce((all, n, at) => all + Number(n) * (2 + (at % 6)), 0);
  const rest = 11 - (sum % 11);
  return rest === 11 ? "0" : rest === 10 ? "K" : String(rest);
}
