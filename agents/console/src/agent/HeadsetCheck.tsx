import { words } from "../words";
import { usePlace } from "./place";

/** Try the headset before the shift: level, devices, and hearing oneself. */
export function HeadsetCheck() {
  const { headset } = usePlace();
  const w = words.value.agente.headset;
  const { microphone } = headset;
  const level = Math.round(microphone.level.value * 100);
  return (
    <div class="stack headset">
      {headset.silenced.value ? (
        <button type="button" class="primary" onClick={() => headset.play()}>
          {w.silenced}
        </button>
      ) : null}
      <div>
        <label for="mic-level">{w.level}</label>
        <meter id="mic-level" min={0} max={100} low={20} value={level} />
        <p class="soft">{w.speak}</p>
      </div>
      <Devices kind="microphone" label={w.microphone} devices={microphone.microphones.value} />
      {microphone.speakers.value.length ? (
        <Devices kind="speaker" label={w.speaker} devices={microphone.speakers.value} />
      ) : null}
      <Echo />
    </div>
  );
}

type Kind = "microphone" | "speaker";

function Devices({ kind, label, devices }: { kind: Kind; label: string; devices: readonly MediaDeviceInfo[] }) {
  const { headset } = usePlace();
  const w = words.value.agente.headset;
  return (
    <label>
      {label}
      <select
        value={headset.microphone.chosen.value[kind] ?? ""}
        onChange={(event) => headset.choose({ [kind]: event.currentTarget.value })}
      >
        <option value="">{w.byDefault}</option>
        {devices
          .filter((one) => one.deviceId !== "default")
          .map((one, index) => (
            <option key={one.deviceId} value={one.deviceId}>
              {one.label || `${label} ${index + 1}`}
            </option>
          ))}
      </select>
    </label>
  );
}

/** Beside the parked leg, while no debtor is on it. */
function Echo() {
  const { desk, headset } = usePlace();
  const w = words.value.agente.headset;
  if (headset.echoing.value)
    return (
      <p>
        <button type="button" onClick={() => headset.endEcho()}>
          {w.endEcho}
        </button>{" "}
        <span role="status">{w.echoing}</span>
      </p>
    );
  const { state } = desk.state.value;
  const resting = state === "pausa" || state === "conectando" || state === "desconectado";
  const why = headset.hasEcho.value ? (resting ? "" : w.echoResting) : w.noEcho;
  return (
    <p>
      <button
        type="button"
        disabled={why !== "" || headset.phase.value !== "registered"}
        onClick={() => headset.echo()}
      >
        {w.echo}
      </button>{" "}
      <span class="soft">{why}</span>
    </p>
  );
}
