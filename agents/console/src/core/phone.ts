/** A telephone number as somebody in Chile types it, in E.164; "" when it is none. The server judges it again. */
export function e164(text: string): string {
  const bare = text.replace(/[\s().-]/g, "");
  if (/^\+\d{8,15}$/.test(bare)) return bare;
  const digits = bare.replace(/^00/, "+");
  if (/^\+\d{8,15}$/.test(digits)) return digits;
  if (/^56\d{9}$/.test(bare)) return `+${bare}`;
  return /^[2-9]\d{8}$/.test(bare) ? `+56${bare}` : "";
}
