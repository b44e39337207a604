/** Amounts as the floor reads and types them: decimal strings in, `$1.234.567` out. No floating point on the way. */

const GROUPED = /^\$?\s*(\d{1,3}(?:\.\d{3})+|\d+)(?:,0{1,2})?$/;
const DIGITS_MAX = 12;

/** `1234567` as `1.234.567`. */
export function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ".");
}

const SYMBOL: Record<string, string> = { CLP: "$", CLF: "UF " };

/** A decimal string, exactly: `$1.234.567`, `UF 12,5`, `USD 3`. */
export function money(currency: string, amount: string): string {
  const [whole = "0", cents = ""] = amount.replace("-", "").split(".");
  const rest = cents.replace(/0+$/, "");
  const sign = amount.startsWith("-") ? "-" : "";
  return `${sign}${SYMBOL[currency] ?? `${currency} `}${grouped(whole)}${rest ? `,${rest}` : ""}`;
}

/** All currencies of a sum, pesos first: a case may owe in several. */
export function sums(amounts: Record<string, string>): string[] {
  const names = Object.keys(amounts).sort((a, b) => Number(b === "CLP") - Number(a === "CLP") || a.localeCompare(b));
  return names.map((name) => money(name, amounts[name] ?? "0"));
}

export type Typed = { text: string; digits: string; odd: boolean };

/** What an amount field holds after its text became `raw`: grouped while it is typed, and its bare digits.
 *
 * Typing goes digit by digit, so dots are only decoration; what is pasted whole must be a Chilean amount as it stands,
 * lest `1250000.50` become a hundred times too much. `odd`: it is no amount in pesos, and is left as it is.
 */
export function typed(before: string, raw: string): Typed {
  const digits = raw.replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  const byHand = Math.abs(raw.length - before.length) <= 1 && /^[\d.$\s]*$/.test(raw);
  if (raw.trim() === "") return { text: "", digits: "", odd: false };
  if (!byHand && !GROUPED.test(raw.trim())) return { text: raw, digits: "", odd: true };
  const whole = byHand ? digits : (GROUPED.exec(raw.trim())?.[1] ?? "").replace(/\D/g, "").replace(/^0+(?=\d)/, "");
  return { text: grouped(whole), digits: whole, odd: whole.length > DIGITS_MAX };
}
