import { ApiError } from "../../core/api";
import { session } from "../../core/session";

/** A file of the server's, for this session: a plain link would carry no token. */
export async function fetched(path: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${session.value?.token ?? ""}` };
  const answer = await fetch(path, { headers }).catch(() => {
    throw new ApiError(0, "unreachable", "");
  });
  if (answer.ok) return answer;
  const said = await answer.json().catch(() => ({}));
  throw new ApiError(answer.status, said.code ?? "http", said.detail ?? "");
}

/** Hand a file to the browser's downloads. */
export function keep(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
