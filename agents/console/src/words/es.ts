import { agenteEs } from "./agente.es";
import { estrategiaEs } from "./estrategia.es";
import { oficinaEs } from "./oficina.es";
import { pisoEs } from "./piso.es";

/** What the page says, in Chilean Spanish: the first language. Each part of the page has its own table. */
export const es = {
  agente: agenteEs,
  piso: pisoEs,
  oficina: oficinaEs,
  estrategia: estrategiaEs,
  login: {
    title: "Ingresar",
    usuario: "Usuario",
    clave: "Clave",
    enter: "Entrar",
    unreachable: "El servidor no responde. Revise la red y pruebe otra vez.",
  },
  link: {
    connecting: "Conectando…",
    open: "Conectado",
    lost: "Sin conexión: reconectando…",
    ended: "Desconectado",
    latency: "latencia",
    jitter: "variación",
  },
  session: { leave: "Salir", replaced: "Se abrió otra consola con este usuario; aquí ya no se reciben llamadas." },
};
