export function AuditoriaTab() {
  return null;
}
