export function GrabacionesTab() {
  return null;
}
