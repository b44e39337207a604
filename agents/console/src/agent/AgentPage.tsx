export function AgentPage() {
  return <main />;
}
