import { agenteEn } from "./agente.en";
import type { Words } from "./index";

export const en: Words = {
  agente: agenteEn,
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
