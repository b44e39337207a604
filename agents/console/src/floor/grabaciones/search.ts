/** A call that was recorded, as `GET /api/grabaciones` tells it. */
export interface Grabacion {
  attempt_id: string;
  at_ms: number;
  agent_id: string;
  cartera: string;
  deudor: string;
  rut: string;
  e164: string;
  talk_ms: number;
  code: string;
}

export type Search = { rut: string; agent: string; cartera: string; desde: string; hasta: string };
export const MOST = 200;

/** The address of a search: only what was filled in; a RUT however it was typed. */
export function address(search: Search): string {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    const text = name === "rut" ? value.replaceAll(".", "").toUpperCase() : value;
    if (text.trim()) asked.set(name, text.trim());
  }
  asked.set("limit", String(MOST));
  return `/api/grabaciones?${asked}`;
}
