/** What `CallShown` carries, typed: the card (`dialer/edge/store_card.py`), the guion and the tree as the server sends
 * them. The server is ours and of the same version, so shapes are taken as they come; what may be missing says so. */

export type Sums = Record<string, string>;

export type Documento = {
  tipo: string;
  numero: string;
  monto: string;
  saldo: string;
  moneda: string;
  emision: string | null;
  vencimiento: string;
  dias_mora: number;
  tramo: string;
};

export type Telefono = {
  id: number;
  e164: string;
  tipo: string;
  fuente: string;
  calidad: number | string | null;
  invalido: boolean;
  en_linea: boolean;
};

export type Compromiso = { fecha: string; monto: string; moneda: string; estado: string };
export type Pago = { fecha: string; monto: string; moneda: string; documento?: string };
export type Gestionado = { at_ms: number; codigo: string; comentario: string; ejecutivo: string | null };

export type Card = {
  caso_id: number;
  hoy: string;
  deudor: {
    rut: string;
    nombre: string;
    regimen: string;
    persona: string;
    comuna: string;
    direccion: string;
    otras_direcciones: readonly { direccion: string; comuna: string; fuente: string }[];
    correos: readonly string[];
    restricciones: readonly string[];
  };
  mandante: { codigo: string; nombre: string };
  cartera: { codigo: string; nombre: string };
  deuda: { total: Sums; vencido: Sums; documentos: number; vencido_desde: string | null; dias_mora: number };
  documentos: readonly Documento[];
  tramos: readonly { tramo: string; documentos: number; saldo: Sums }[];
  telefonos: readonly Telefono[];
  historial: readonly Gestionado[];
  compromisos: readonly Compromiso[];
  pagos?: readonly Pago[];
};

export type Answer = { key: number; label: string; goto: string };

export type Nodo = {
  kind: "say" | "ask" | "legal" | "end";
  text: string;
  mandatory: boolean;
  answers: readonly Answer[];
  next: string;
  suggests: string;
  contact: boolean;
};

export type Guion = { id: string; version: number; title: string; start: string; nodes: Record<string, Nodo> };

export type Disposicion = {
  code: string;
  contact_type: string;
  label: string;
  needs: readonly string[];
  comment_needed: string;
  next: { after_h: number; to: "pool" | "same_agent"; max: number } | null;
  stop: string;
  opt_out: readonly string[];
};

export type Arbol = {
  id: string;
  version: number;
  title: string;
  max_promise_days: number;
  max_callback_days: number;
  dispositions: readonly Disposicion[];
};
