import { ApiError } from "../../core/api";
import { session } from "../../core/session";
import type { Vista } from "./mapping";
import type { Report } from "./report";

/** What the server takes of one file. */
export const MOST_BYTES = 256 * 1024 * 1024;

export type Wanted = {
  file: File;
  kind: string;
  mandante: string;
  cartera: string;
  template: string;
  decimal: string;
  /** What a person said of its columns (`mapping.ts`); "": nothing. */
  mapping: string;
  /** The control totals; "": only try. */
  confirm: string;
};

/** Where an upload is: its share that was sent, or, with all of it there, that the server works on it. */
export type Progress = { sent: number; working: boolean };

export class Stopped extends Error {}

export function form(wanted: Wanted): FormData {
  const data = new FormData();
  for (const name of ["kind", "mandante", "cartera", "template", "decimal", "mapping"] as const) {
    if (wanted[name]) data.set(name, wanted[name]);
  }
  if (wanted.confirm) {
    data.set("dry_run", "no");
    data.set("confirm", wanted.confirm);
  }
  data.set("file", wanted.file);
  return data;
}

type Tell = (progress: Progress) => void;

/** Try the file, or load it. */
export const upload = (wanted: Wanted, tell: Tell, stop: AbortSignal) =>
  sent<Report>("/api/cargas", wanted, tell, stop);
/** Only look at its columns. */
export const look = (wanted: Wanted, tell: Tell, stop: AbortSignal) =>
  sent<Vista>("/api/cargas/columnas", wanted, tell, stop);

/** Send a file; XMLHttpRequest, because fetch does not tell how much of a body went out. */
function sent<T>(path: string, wanted: Wanted, tell: Tell, stop: AbortSignal): Promise<T> {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("Authorization", `Bearer ${session.value?.token ?? ""}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => tell({ sent: total ? loaded / total : 0, working: false });
    request.upload.onload = () => tell({ sent: 1, working: true });
    request.onerror = () => fail(new ApiError(0, "unreachable", ""));
    request.onabort = () => fail(new Stopped());
    request.onload = () => {
      const said = request.response ?? {};
      if (request.status === 200) done(said as T);
      else fail(new ApiError(request.status, said.code ?? "http", said.detail ?? ""));
    };
    stop.addEventListener("abort", () => request.abort());
    request.send(form(wanted));
  });
}
