/** The pages there are, and any one of the permissions that opens each. */
const OPENS = {
  piso: ["see_floor"],
  estrategia: ["see_floor"],
  listas: ["move_agents"],
  retiros: ["approve_retiro", "handle_retiro", "settle_retiro"],
  cargas: ["load"],
  grabaciones: ["play_recording"],
  auditoria: ["see_audit"],
} as const;

export type Tab = keyof typeof OPENS;

export function tabsFor(permissions: readonly string[]): Tab[] {
  return (Object.keys(OPENS) as Tab[]).filter((tab) => OPENS[tab].some((one) => permissions.includes(one)));
}

/** The page that the address names, if this role has it; else its first one. */
export function tabOf(hash: string, tabs: readonly Tab[]): Tab | "" {
  return tabs.find((tab) => `#${tab}` === hash) ?? tabs[0] ?? "";
}
