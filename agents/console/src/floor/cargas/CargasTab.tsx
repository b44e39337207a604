export function CargasTab() {
  return null;
}
