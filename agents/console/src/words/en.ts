import { agenteEn } from "./agente.en";
import { estrategiaEn } from "./estrategia.en";
import type { Words } from "./index";
import { oficinaEn } from "./oficina.en";
import { pisoEn } from "./piso.en";

export const en: Words = {
  agente: agenteEn,
  piso: pisoEn,
  oficina: oficinaEn,
  estrategia: estrategiaEn,
  login: {
    title: "Log in",
    usuario: "User",
    clave: "Password",
    enter: "Enter",
    unreachable: "The server does not answer. Check the network and try again.",
  },
  link: {
    connecting: "Connecting…",
    open: "Connected",
    lost: "No connection: reconnecting…",
    ended: "Disconnected",
    latency: "latency",
    jitter: "jitter",
  },
  session: { leave: "Leave", replaced: "Another console was opened with this user; this one takes no calls any more." },
};
