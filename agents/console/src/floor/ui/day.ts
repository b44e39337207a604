/** A day as it is typed in Chile, as an ISO date: `5-1-2027`, `05/01/27`, `5.1.2027`; null if there is no such day. */
export function typedDay(text: string): string | null {
  const found = /^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})$/.exec(text.trim());
  if (!found) return null;
  const [day, month] = [Number(found[1]), Number(found[2])];
  const year = Number(found[3]) + (found[3]?.length === 2 ? 2000 : 0);
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? date.toISOString().slice(0, 10) : null;
}
