import { ApiError } from "../../core/api";
import { session } from "../../core/session";
import { fetched } from "../ui/download";

/** How often a recording that was cut on its way is taken up again where it stopped. */
const TRIES = 3;

/** A recording, whole, telling the share that is here. A cut line costs only what was not here yet (`Range`). */
export async function sound(path: string, tell: (share: number) => void, stop: AbortSignal): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let got = 0;
  let all = 0;
  for (let tried = 0; ; tried += 1) {
    const answer = await (got ? rest(path, got, stop) : fetched(path));
    all ||= Number(answer.headers.get("content-length") ?? 0);
    try {
      for await (const part of chunks(answer, stop)) {
        parts.push(part);
        got += part.length;
        tell(all ? got / all : 0);
      }
      return new Blob(parts, { type: "audio/wav" });
    } catch (cut) {
      if (stop.aborted || tried >= TRIES || !(cut instanceof TypeError)) throw cut;
    }
  }
}

async function rest(path: string, from: number, signal: AbortSignal): Promise<Response> {
  const headers = { Authorization: `Bearer ${session.value?.token ?? ""}`, Range: `bytes=${from}-` };
  const answer = await fetch(path, { headers, signal });
  if (answer.status !== 206) throw new ApiError(answer.status, "range", "");
  return answer;
}

async function* chunks(answer: Response, stop: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const reader = answer.body?.getReader();
  if (!reader) return;
  stop.addEventListener("abort", () => reader.cancel());
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
