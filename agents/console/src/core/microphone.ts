/** The microphone: found, asked for once and kept open through the shift, so that a call is answered at once. */
import { signal } from "@preact/signals";

/** `insecure`: the browser gives no microphone to a page that came without TLS from another machine. */
export type MicState = "asking" | "ok" | "denied" | "none" | "busy" | "insecure";

const KEY = "cintillo.devices";
type Chosen = { microphone?: string; speaker?: string };

const TROUBLE: Record<string, MicState> = {
  NotAllowedError: "denied",
  SecurityError: "denied",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

export class Microphone {
  readonly state = signal<MicState>("asking");
  readonly stream = signal<MediaStream | null>(null);
  /** 0 to 1, of what the microphone hears now. */
  readonly level = signal(0);
  readonly microphones = signal<readonly MediaDeviceInfo[]>([]);
  readonly speakers = signal<readonly MediaDeviceInfo[]>([]);
  readonly chosen = signal<Chosen>(kept());
  private context: AudioContext | null = null;
  private source: MediaStreamAudioSourceNode | null = null;
  private meter: ReturnType<typeof setInterval> | undefined;
  private asking = 0;

  async open(): Promise<void> {
    this.asking += 1;
    const turn = this.asking;
    if (!navigator.mediaDevices) {
      this.state.value = "insecure";
      return;
    }
    navigator.mediaDevices.addEventListener("devicechange", this.changed);
    try {
      const stream = await this.ask();
      if (turn !== this.asking) for (const track of stream.getTracks()) track.stop();
      else this.took(stream);
    } catch (no) {
      if (!(no instanceof DOMException)) throw no;
      if (turn === this.asking) this.state.value = TROUBLE[no.name] ?? "busy";
    }
    await this.list();
  }

  async choose(part: Chosen): Promise<void> {
    this.chosen.value = { ...this.chosen.value, ...part };
    localStorage.setItem(KEY, JSON.stringify(this.chosen.value));
    if (part.microphone !== undefined) await this.open();
  }

  /** A short tone: a call is here. */
  beep(): void {
    const context = this.audio();
    if (context.state !== "running") return;
    const [tone, gain, now] = [context.createOscillator(), context.createGain(), context.currentTime];
    tone.frequency.value = 880;
    gain.gain.setValueAtTime(0.0001, now);
    gain.gain.exponentialRampToValueAtTime(0.25, now + 0.02);
    gain.gain.exponentialRampToValueAtTime(0.0001, now + 0.22);
    tone.connect(gain).connect(context.destination);
    tone.start(now);
    tone.stop(now + 0.25);
  }

  close(): void {
    this.asking += 1;
    clearInterval(this.meter);
    navigator.mediaDevices?.removeEventListener("devicechange", this.changed);
    for (const track of this.stream.value?.getTracks() ?? []) track.stop();
    this.stream.value = null;
    this.context?.close();
    this.context = null;
  }

  private async ask(): Promise<MediaStream> {
    const cleaned = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
    const wanted = this.chosen.value.microphone;
    if (wanted) {
      try {
        return await navigator.mediaDevices.getUserMedia({ audio: { ...cleaned, deviceId: { exact: wanted } } });
      } catch (gone) {
        // The headset of yesterday is not plugged in today: any other will do, and the page names the one in use.
        if (!(gone instanceof DOMException) || !["OverconstrainedError", "NotFoundError"].includes(gone.name))
          throw gone;
      }
    }
    return navigator.mediaDevices.getUserMedia({ audio: cleaned });
  }

  private took(stream: MediaStream): void {
    for (const track of this.stream.value?.getTracks() ?? []) track.stop();
    this.stream.value = stream;
    this.state.value = "ok";
    const track = stream.getAudioTracks()[0];
    track?.addEventListener("ended", () => this.stream.value === stream && this.open());
    this.measure(stream);
  }

  private measure(stream: MediaStream): void {
    const context = this.audio();
    this.source?.disconnect();
    this.source = context.createMediaStreamSource(stream);
    const analyser = context.createAnalyser();
    analyser.fftSize = 512;
    this.source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    clearInterval(this.meter);
    this.meter = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
      // From -60 dB (silence) to 0 dB, as ears count.
      this.level.value = power ? Math.min(1, Math.max(0, 1 + (10 * Math.log10(power)) / 60)) : 0;
    }, 100);
  }

  private audio(): AudioContext {
    if (!this.context) {
      this.context = new AudioContext();
      // Browsers keep a page silent until its person did something: the first key or click after a reload starts it.
      if (this.context.state === "suspended") addEventListener("pointerdown", this.wake, { once: true });
      if (this.context.state === "suspended") addEventListener("keydown", this.wake, { once: true });
    }
    return this.context;
  }

  private readonly wake = (): void => {
    if (this.context?.state === "suspended") void this.context.resume();
  };

  private readonly changed = (): void => {
    void this.list();
    if (this.state.value === "none") void this.open();
  };

  private async list(): Promise<void> {
    const all = await navigator.mediaDevices.enumerateDevices();
    this.microphones.value = all.filter((one) => one.kind === "audioinput" && one.deviceId);
    this.speakers.value = all.filter((one) => one.kind === "audiooutput" && one.deviceId);
  }
}

function kept(): Chosen {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? "{}") as Chosen;
  } catch (broken) {
    if (!(broken instanceof SyntaxError)) throw broken;
    return {};
  }
}
