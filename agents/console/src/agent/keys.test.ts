import { describe, expect, it } from "vitest";
import { type Focus, focusOf, meant } from "./keys";

const press = (key: string, focus: Focus = "page", part = {}) =>
  meant({ key, ctrlKey: false, altKey: false, metaKey: false, shiftKey: false, ...part }, focus, true);

describe("the keyboard", () => {
  it("saves with Ctrl+Enter and mutes with F2 wherever the focus is", () => {
    for (const focus of ["text", "control", "page"] as const) {
      expect(press("Enter", focus, { ctrlKey: true })).toBe("save");
      expect(press("F2", focus)).toBe("mute");
    }
  });
  it("leaves letters, digits and Enter to a text field", () => {
    for (const key of ["d", "1", "Enter", "Backspace", "?"]) expect(press(key, "text")).toBeNull();
  });
  it("answers the script with digits, ticks and goes on with Enter", () => {
    expect(press("3")).toBe(3);
    expect(press("Enter")).toBe("go");
    expect(press("Backspace")).toBe("back");
  });
  it("lets Enter press the button that has the focus", () => expect(press("Enter", "control")).toBeNull());
  it("leaves the browser's own combinations alone", () => {
    expect(press("r", "page", { ctrlKey: true })).toBeNull();
    expect(press("d", "page", { altKey: true })).toBeNull();
  });
  it("can be without one-letter keys", () => {
    expect(
      meant({ key: "d", ctrlKey: false, altKey: false, metaKey: false, shiftKey: false }, "page", false),
    ).toBeNull();
  });
  it("knows a text field from a tick", () => {
    const [text, tick] = [document.createElement("input"), document.createElement("input")];
    tick.type = "checkbox";
    expect([focusOf(text), focusOf(tick), focusOf(document.body)]).toEqual(["text", "control", "page"]);
  });
});
