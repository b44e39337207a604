/** For searches: without accents or capitals, so that «Número» is found by «numero». */
export function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
