/** What is typed is kept in this browser at once, for each call until its gestión is saved: half-written (`draft`) and,
 * once sent, the gestión whose «guardado» has not come yet (`sent`). The server keeps the draft too, a little later. */
import type { Gestion } from "./protocol";

export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

/** `at_ms`: floor time of the last keystroke, by which the newer of two is told. */
export type Kept<Body> = { at_ms: number; body: Body };

const STALE_MS = 3 * 86_400_000;

export class Drafts<Body> {
  constructor(
    private readonly shelf: Shelf,
    private readonly agent: string,
  ) {}

  keep(attempt: string, kept: Kept<Body>): string {
    const text = JSON.stringify(kept);
    this.put("draft", attempt, text);
    return text;
  }

  /** The newer of what this browser and what the server kept; null when there is none that can be read. */
  recall(attempt: string, fromServer: string): Kept<Body> | null {
    const [mine, theirs] = [read<Body>(this.shelf.getItem(this.name("draft", attempt))), read<Body>(fromServer)];
    if (mine && theirs) return theirs.at_ms > mine.at_ms ? theirs : mine;
    return mine ?? theirs;
  }

  sending(gestion: Gestion, atMs: number): void {
    this.put("sent", gestion.attempt_id, JSON.stringify({ at_ms: atMs, body: gestion }));
  }

  /** Gestiones that were sent and of which nothing has been heard, oldest first. */
  unanswered(): Gestion[] {
    const kept = this.names("sent").map((name) => read<Gestion>(this.shelf.getItem(name)));
    const there = kept.filter((one): one is Kept<Gestion> => one !== null);
    return there.sort((a, b) => a.at_ms - b.at_ms).map((one) => one.body);
  }

  refused(attempt: string): void {
    this.shelf.removeItem(this.name("sent", attempt));
  }

  saved(attempt: string): void {
    this.shelf.removeItem(this.name("sent", attempt));
    this.shelf.removeItem(this.name("draft", attempt));
  }

  /** Drop drafts of calls of other days: they are answered for on the server by now. */
  tidy(nowMs: number): void {
    for (const name of this.names("draft")) {
      const kept = read<Body>(this.shelf.getItem(name));
      if (!kept || nowMs - kept.at_ms > STALE_MS) this.shelf.removeItem(name);
    }
  }

  private put(kind: "draft" | "sent", attempt: string, text: string): void {
    try {
      this.shelf.setItem(this.name(kind, attempt), text);
    } catch (full) {
      // A full or forbidden shelf must not stop the work: the server's copy remains, and the page says which it has.
      if (!(full instanceof DOMException)) throw full;
    }
  }

  private name(kind: "draft" | "sent", attempt: string): string {
    return `cintillo.${kind}.${this.agent}.${attempt}`;
  }

  private names(kind: "draft" | "sent"): string[] {
    const all = Array.from({ length: this.shelf.length }, (_, index) => this.shelf.key(index) ?? "");
    return all.filter((name) => name.startsWith(`cintillo.${kind}.${this.agent}.`));
  }
}

function read<Body>(text: string | null): Kept<Body> | null {
  if (!text) return null;
  try {
    const found: unknown = JSON.parse(text);
    const whole = typeof found === "object" && found !== null && "at_ms" in found && "body" in found;
    return whole && typeof found.at_ms === "number" ? (found as Kept<Body>) : null;
  } catch (broken) {
    // A draft of another version, or cut short by a crash: as good as none.
    if (!(broken instanceof SyntaxError)) throw broken;
    return null;
  }
}
