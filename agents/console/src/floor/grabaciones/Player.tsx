import { useEffect, useRef, useState } from "preact/hooks";
import { words } from "../../words";
import { moment, percent } from "../format";
import { sentence } from "../ui/asking";
import type { Grabacion } from "./search";
import { sound } from "./sound";

const SPEEDS = [0.75, 1, 1.25, 1.5, 2] as const;

/** One recording, fetched with the session's token and then played from memory. */
export function Player({ it, close }: { it: Grabacion; close: () => void }) {
  const w = words.value.oficina.grabaciones;
  const [share, tell] = useState(0);
  const [source, load] = useState("");
  const [trouble, say] = useState("");
  const [speed, hasten] = useState(1);
  const audio = useRef<HTMLAudioElement>(null);

  useEffect(() => {
    const stop = new AbortController();
    let address = "";
    sound(`/api/grabaciones/${encodeURIComponent(it.attempt_id)}`, tell, stop.signal)
      .then((blob) => {
        if (stop.signal.aborted) return;
        address = URL.createObjectURL(blob);
        load(address);
      })
      .catch((wrong) => stop.signal.aborted || say(sentence(wrong)));
    return () => {
      stop.abort();
      URL.revokeObjectURL(address);
    };
  }, []);
  useEffect(() => {
    if (audio.current) audio.current.playbackRate = speed;
  }, [speed, source]);

  return (
    <div class="player">
      <p>
        <b>{w.playing(it.deudor || it.rut, moment(it.at_ms))}</b> <span class="soft">{w.audited}</span>
      </p>
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
      {!source && !trouble && (
        <p role="status">
          {w.fetching("")} <progress value={share} max={1} aria-label={w.fetching(percent(share, 1, 0))} />
        </p>
      )}
      {source && (
        <audio
          ref={audio}
          src={source}
          controls
          autoplay
          aria-label={w.playing(it.deudor || it.rut, moment(it.at_ms))}
        />
      )}
      <label class="row">
        {w.speed}
        <select value={String(speed)} onChange={(event) => hasten(Number(event.currentTarget.value))}>
          {SPEEDS.map((it) => (
            <option key={it} value={String(it)}>
              {String(it).replace(".", ",")}×
            </option>
          ))}
        </select>
      </label>
      <button type="button" onClick={close}>
        {words.value.piso.ask.close}
      </button>
    </div>
  );
}
