import { beforeEach, describe, expect, it } from "vitest";
import { Drafts } from "./drafts";

type Body = { comment: string };

describe("drafts", () => {
  let drafts: Drafts<Body>;
  beforeEach(() => {
    localStorage.clear();
    drafts = new Drafts(localStorage, "e01");
  });

  it("come back after the browser was closed", () => {
    drafts.keep("a1", { at_ms: 5, body: { comment: "pagará el" } });
    expect(new Drafts<Body>(localStorage, "e01").recall("a1", "")?.body.comment).toBe("pagará el");
  });
  it("are the newer of this browser's and the server's", () => {
    const theirs = drafts.keep("a1", { at_ms: 9, body: { comment: "en la otra máquina" } });
    drafts.keep("a1", { at_ms: 5, body: { comment: "aquí" } });
    expect(drafts.recall("a1", theirs)?.body.comment).toBe("en la otra máquina");
    drafts.keep("a1", { at_ms: 12, body: { comment: "aquí, después" } });
    expect(drafts.recall("a1", theirs)?.body.comment).toBe("aquí, después");
  });
  it("are another agent's on the same desk: not shown", () => {
    drafts.keep("a1", { at_ms: 5, body: { comment: "x" } });
    expect(new Drafts<Body>(localStorage, "e02").recall("a1", "")).toBeNull();
  });
  it("that cannot be read are none", () => {
    localStorage.setItem("cintillo.draft.e01.a1", '{"at_ms": 5, "bo');
    expect(drafts.recall("a1", "no json")).toBeNull();
  });
  it("go when the gestión is saved", () => {
    drafts.keep("a1", { at_ms: 5, body: { comment: "x" } });
    drafts.sending({ type: "gestion", attempt_id: "a1", code: "D07" }, 6);
    drafts.saved("a1");
    expect(localStorage.length).toBe(0);
  });
  it("of days ago are dropped, and gestiones without an answer are not", () => {
    drafts.keep("a1", { at_ms: 0, body: { comment: "x" } });
    drafts.sending({ type: "gestion", attempt_id: "a1", code: "D07" }, 0);
    drafts.tidy(4 * 86_400_000);
    expect(drafts.recall("a1", "")).toBeNull();
    expect(drafts.unanswered()).toHaveLength(1);
  });
  it("are sent again oldest first", () => {
    drafts.sending({ type: "gestion", attempt_id: "b", code: "D07" }, 20);
    drafts.sending({ type: "gestion", attempt_id: "a", code: "S01" }, 10);
    expect(drafts.unanswered().map((one) => one.attempt_id)).toEqual(["a", "b"]);
    drafts.refused("a");
    expect(drafts.unanswered().map((one) => one.attempt_id)).toEqual(["b"]);
  });
});
