export function FloorPage() {
  return <main />;
}
