export function ListasTab() {
  return null;
}
