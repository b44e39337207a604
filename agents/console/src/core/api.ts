/** REST with the session's token. Every refusal of the server is `{code, detail}`, and is thrown as `ApiError`. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    /** All that was said, where an address says more than why. */
    readonly said: Readonly<Record<string, unknown>> = {},
  ) {
    super(detail);
  }
}

export type Ask = <T>(path: string, options?: { method?: string; json?: unknown; form?: FormData }) => Promise<T>;

export function asker(token: () => string): Ask {
  return async (path, { method, json, form } = {}) => {
    const headers: Record<string, string> = {};
    if (token()) headers.Authorization = `Bearer ${token()}`;
    if (json !== undefined) headers["Content-Type"] = "application/json";
    const body = form ?? (json === undefined ? null : JSON.stringify(json));
    const answer = await fetch(path, { method: method ?? (body === null ? "GET" : "POST"), headers, body }).catch(
      () => {
        throw new ApiError(0, "unreachable", "");
      },
    );
    if (!answer.ok) throw await refusal(answer);
    return answer.status === 204 ? undefined : await answer.json();
  };
}

async function refusal(answer: Response): Promise<ApiError> {
  const said = await answer.json().catch(() => ({}));
  return new ApiError(answer.status, said.code ?? "http", said.detail ?? "", said);
}
