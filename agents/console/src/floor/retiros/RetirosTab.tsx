export function RetirosTab() {
  return null;
}
