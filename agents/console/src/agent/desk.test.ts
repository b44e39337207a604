import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CallShown, ClientMessage, ServerMessage } from "../core/protocol";
import { Desk, type Heard } from "./desk";

const tree = {
  ...{ id: "t", version: 1, title: "", max_promise_days: 30, max_callback_days: 30 },
  dispositions: ["D07", "S01"].map((code) => ({
    ...{ code, label: code, contact_type: "directo", needs: [], comment_needed: "", stop: "", opt_out: [], next: null },
  })),
};
const script = {
  ...{ id: "g", version: 1, title: "", start: "a" },
  nodes: {
    a: { kind: "say", text: "", mandatory: true, answers: [], next: "fin", suggests: "", contact: true },
    fin: { kind: "end", text: "", mandatory: false, answers: [], next: "", suggests: "D07", contact: true },
  },
};
const card = (caso_id: number) => ({ caso_id, deuda: { total: {}, vencido: {} } });
const call = (attempt_id: string, part: Partial<CallShown> = {}): CallShown => ({
  ...{ type: "call", attempt_id, cartera: "c", card: card(1), script, tree },
  ...part,
});

/** A server of the test's own: what the page says is in `said`; `tell` answers. */
function floor() {
  const said: ClientMessage[] = [];
  let heard: Heard | undefined;
  let open = true;
  const beeps: number[] = [];
  const desk = new Desk(
    "e01",
    (listener) => {
      heard = listener;
      const send = (message: ClientMessage) => {
        if (open) said.push(message);
        return open;
      };
      return { send, close: () => undefined, health: { value: { state: "open", latencyMs: 0, jitterMs: 0 } } };
    },
    () => beeps.push(1),
  );
  const tell = (message: ServerMessage) => heard?.message(message);
  const state = (state: "hablando" | "cierre" | "disponible" | "pausa" | "reservado") =>
    tell({ type: "state", state, since_ms: 1 });
  return {
    ...{ desk, said, tell, state, beeps },
    cut: () => {
      open = false;
    },
    back: () => {
      open = true;
      heard?.open();
    },
    kinds: () => said.map((one) => one.type),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
});
afterEach(() => vi.useRealTimers());

describe("a call on the screen", () => {
  it("beeps once, and not again when the same call is shown after a reconnection", () => {
    const it = floor();
    it.tell(call("a1"));
    it.tell(call("a1"));
    expect(it.beeps).toHaveLength(1);
  });
  it("does not beep for a gestión that is only owed", () => {
    const it = floor();
    it.tell(call("a1", { pending: true }));
    expect(it.beeps).toHaveLength(0);
  });
  it("goes when the agent is free again: that call ended before anybody spoke", () => {
    const it = floor();
    it.tell(call("a1"));
    it.state("disponible");
    expect(it.desk.writing.call.value).toBeNull();
  });
  it("stays through the wrap-up until its gestión is saved", () => {
    const it = floor();
    it.tell(call("a1"));
    it.state("hablando");
    it.state("cierre");
    expect(it.desk.writing.call.value?.attempt).toBe("a1");
  });
  it("stays while one still talks after saving, and goes with the call", () => {
    const it = floor();
    it.tell(call("a1"));
    it.state("hablando");
    it.desk.writing.choose("S01");
    it.desk.writing.save();
    it.tell({ type: "saved", attempt_id: "a1", gestion_id: 1 });
    expect(it.desk.writing.saving.value).toBe("saved");
    it.state("cierre");
    expect(it.desk.writing.call.value).toBeNull();
  });
});

describe("saving", () => {
  const writing = () => {
    const it = floor();
    it.tell(call("a1"));
    it.state("cierre");
    it.desk.writing.choose("S01");
    return it;
  };
  it("says «guardado» only when the server does", () => {
    const it = writing();
    it.desk.writing.save();
    expect(it.desk.writing.saving.value).toBe("sending");
    it.tell({ type: "saved", attempt_id: "a1", gestion_id: 1 });
    expect(it.desk.writing.saving.value).toBe("saved");
    expect(Object.keys(localStorage).filter((name) => name.startsWith("cintillo.draft"))).toEqual([]);
  });
  it("sends the gestión again after the link was cut, once it is back", () => {
    const it = writing();
    it.cut();
    it.desk.writing.save();
    expect(it.kinds()).not.toContain("gestion");
    it.back();
    expect(it.kinds().filter((kind) => kind === "gestion")).toHaveLength(1);
  });
  it("sends it again after the browser was closed", () => {
    const before = writing();
    before.cut();
    before.desk.writing.save();
    const after = floor();
    after.back();
    expect(after.said.find((one) => one.type === "gestion")).toMatchObject({ attempt_id: "a1", code: "S01" });
  });
  it("takes a gestión that the server already has for saved", () => {
    const it = writing();
    it.desk.writing.save();
    it.tell({ type: "problem", code: "gestion_exists", detail: "la llamada a1 ya tiene su gestión" });
    expect(it.desk.writing.saving.value).toBe("saved");
  });
  it("shows the server's refusal by the form and lets it be mended", () => {
    const it = writing();
    it.desk.writing.save();
    it.tell({ type: "problem", code: "gestion_refused", detail: "Falta el comentario." });
    expect(it.desk.writing.refusal.value).toBe("Falta el comentario.");
    expect(it.desk.writing.saving.value).toBe("");
    expect(it.desk.alerts.value).toEqual([]);
  });
  it("keeps trying while the database is away", () => {
    const it = writing();
    it.desk.writing.save();
    it.tell({ type: "problem", code: "not_saved", detail: "la base no responde" });
    vi.advanceTimersByTime(5_000);
    expect(it.kinds().filter((kind) => kind === "gestion")).toHaveLength(2);
    it.tell({ type: "saved", attempt_id: "a1", gestion_id: 1 });
    vi.advanceTimersByTime(60_000);
    expect(it.kinds().filter((kind) => kind === "gestion")).toHaveLength(2);
  });
  it("knows of which call the answer is when the next one is already on the screen", () => {
    const it = writing();
    it.desk.writing.save();
    it.tell(call("a2", { pending: true }));
    it.tell({ type: "saved", attempt_id: "a1", gestion_id: 1 });
    expect(it.desk.writing.call.value?.attempt).toBe("a2");
    expect(it.desk.writing.saving.value).toBe("");
  });
});

describe("drafts", () => {
  it("go to the server when the typing stops, and come back with the call", () => {
    const it = floor();
    it.tell(call("a1"));
    it.desk.writing.choose("S01");
    it.desk.writing.change({ comment: "no contesta" });
    expect(it.kinds()).not.toContain("draft");
    vi.advanceTimersByTime(500);
    const draft = it.said.find((one) => one.type === "draft");
    it.tell({ type: "drafted", attempt_id: "a1" });
    expect(it.desk.writing.kept.value).toBe("server");
    localStorage.clear();
    const other = floor();
    other.tell(call("a1", { draft: draft?.type === "draft" ? draft.text : "" }));
    expect(other.desk.writing.form.value.comment).toBe("no contesta");
  });
  it("are kept here while the server is away, and told to it when it is back", () => {
    const it = floor();
    it.tell(call("a1"));
    it.cut();
    it.desk.writing.change({ comment: "x" });
    vi.advanceTimersByTime(500);
    expect(it.kinds()).toEqual([]);
    expect(it.desk.writing.kept.value).toBe("here");
    it.back();
    expect(it.kinds()).toContain("draft");
  });
  it("are not told any more once the gestión is sent", () => {
    const it = floor();
    it.tell(call("a1"));
    it.desk.writing.choose("S01");
    it.desk.writing.save();
    vi.advanceTimersByTime(3_000);
    expect(it.kinds()).not.toContain("draft");
  });
});

describe("the script and the result", () => {
  it("an end's suggestion is chosen, unless the agent chose another", () => {
    const it = floor();
    it.tell(call("a1"));
    const end = [
      { node: "a", ticked: true },
      { node: "fin", ticked: false },
    ];
    it.desk.writing.step(end);
    expect(it.desk.writing.form.value.code).toBe("D07");
    it.desk.writing.choose("S01");
    it.desk.writing.step(end.slice(0, 1));
    it.desk.writing.step(end);
    expect(it.desk.writing.form.value.code).toBe("S01");
  });
});

describe("a call that was handed over", () => {
  it("leaves the screen: its gestión is the other's", () => {
    const it = floor();
    it.tell(call("a1"));
    it.state("hablando");
    it.desk.transfer("e02", false);
    it.tell({ type: "consult", state: "done", to: "Eva" });
    it.state("cierre");
    expect(it.desk.writing.call.value).toBeNull();
    expect(it.desk.consult.value).toBeNull();
  });
  it("or not, stays: the debtor is back", () => {
    const it = floor();
    it.tell(call("a1"));
    it.state("hablando");
    it.tell({ type: "consult", state: "failed", to: "Eva", detail: "Eva salió." });
    expect(it.desk.writing.call.value).not.toBeNull();
    expect(it.desk.consult.value?.detail).toBe("Eva salió.");
  });
});

describe("a debtor handed to somebody outside", () => {
  it("leaves the gestión on the screen, and a word about who has them until it is saved", () => {
    const it = floor();
    it.tell(call("a1"));
    it.state("hablando");
    it.desk.transfer("ext:juridico", false, "Jurídico");
    expect(it.desk.consult.value?.to).toBe("Jurídico");
    it.tell({ type: "consult", state: "done", to: "Jurídico", yours: true });
    it.state("cierre");
    expect(it.desk.handed.value).toBe("Jurídico");
    expect(it.desk.writing.call.value).not.toBeNull();
    it.state("disponible");
    expect(it.desk.handed.value).toBe("");
  });
});

describe("who is consulted", () => {
  it("is so while the colleague talks with them, and not when a call is on its way", () => {
    const it = floor();
    it.tell({ type: "state", state: "reservado", since_ms: 1, reason: "consulta" });
    expect(it.desk.consulted).toBe(true);
    it.state("reservado");
    expect(it.desk.consulted).toBe(false);
  });
});

describe("what a server does not answer", () => {
  it("is said in a sentence: the transfer", () => {
    const it = floor();
    it.desk.transfer("e02", true);
    vi.advanceTimersByTime(10_000);
    expect(it.desk.silent.value).toBe("transfer");
    expect(it.desk.consult.value).toBeNull();
  });
  it("or is not, when it does", () => {
    const it = floor();
    it.desk.raise(true);
    it.tell({ type: "hand", up: true });
    vi.advanceTimersByTime(10_000);
    expect(it.desk.silent.value).toBe("");
    expect(it.desk.hand.value).toBe(true);
  });
});

it("a pause asked for during a call waits for its end, and is said to", () => {
  const it = floor();
  it.state("hablando");
  it.desk.pause("bano");
  expect(it.desk.wanted.value).toBe("bano");
  it.state("pausa");
  expect(it.desk.wanted.value).toBe("");
});

it("a card that was read is dialled once, however often one presses", () => {
  const it = floor();
  it.tell(call("", { preview: true }));
  it.state("reservado");
  it.desk.dial(1);
  it.desk.dial(1);
  expect(it.kinds()).toEqual(["dial"]);
  it.tell(call("a1"));
  expect(it.desk.dialing.value).toBe(0);
});

it("a supervisor's messages wait until they are read", () => {
  const it = floor();
  it.tell({ type: "notice", by: "Marta", text: "Reunión a las 12", at_ms: 1 });
  const notice = it.desk.notices.value[0];
  expect(notice?.read).toBe(false);
  if (notice) it.desk.read(notice);
  expect(it.desk.notices.value[0]?.read).toBe(true);
});

describe("a pause with a budget", () => {
  const pause = { reason: "descanso", label: "Descanso", budget_ms: 1_800_000, used_ms: 1_500_000 };
  it("has left what neither today's earlier ones nor the running one used", () => {
    const { desk, tell } = floor();
    tell({ type: "state", state: "pausa", since_ms: 10_000, reason: "descanso" });
    expect(desk.left(pause, 70_000)).toBe(240_000);
    expect(desk.left(pause, 370_000)).toBe(-60_000);
  });
  it("is not used by a pause of another reason", () => {
    const { desk, tell } = floor();
    tell({ type: "state", state: "pausa", since_ms: 10_000, reason: "baño" });
    expect(desk.left(pause, 370_000)).toBe(300_000);
  });
});

it("offers the results that the server counted, whatever this browser knows", () => {
  const { desk, tell } = floor();
  const used = { t: { S01: 3 } };
  tell({ type: "welcome", agent_id: "e01", name: "Ana", role: "ejecutivo", carteras: [], now_ms: 1, used });
  expect(desk.writing.used.value).toEqual(used);
});
