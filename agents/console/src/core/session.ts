import { signal } from "@preact/signals";
import { asker } from "./api";
import { DEFAULT_ZONE } from "./floortime";

/** Who is in. The token is kept for this tab alone: it outlives a reload, not the browser on a shared desk. */
export type Session = {
  token: string;
  code: string;
  name: string;
  role: string;
  carteras: readonly string[];
  permissions: readonly string[];
  /** The floor's, in which every page shows and reads hours. */
  zone?: string;
};

const KEY = "cintillo.session";

export const session = signal<Session | null>(read());
export const zone = (): string => session.value?.zone || DEFAULT_ZONE;
export const ask = asker(() => session.value?.token ?? "");

function read(): Session | null {
  const kept = sessionStorage.getItem(KEY);
  return kept ? (JSON.parse(kept) as Session) : null;
}

export async function login(usuario: string, clave: string): Promise<void> {
  const { token } = await ask<{ token: string }>("/api/login", { json: { usuario, clave } });
  const me = await asker(() => token)<Omit<Session, "token">>("/api/me");
  session.value = { ...me, token };
  sessionStorage.setItem(KEY, JSON.stringify(session.value));
}

/** Forget the session here; `tell` also ends it on the server. */
export async function logout({ tell }: { tell: boolean }): Promise<void> {
  if (tell) await ask("/api/logout", { method: "POST" }).catch(() => undefined);
  sessionStorage.removeItem(KEY);
  session.value = null;
}

export function may(permission: string): boolean {
  return session.value?.permissions.includes(permission) ?? false;
}
