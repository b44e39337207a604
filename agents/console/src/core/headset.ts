/** The headset in the browser: a SIP telephone over WebSocket that registers, answers its own Asterisk and plays it.
 *
 * The one line it has is to the Asterisk that the server names and that its password opens, and Asterisk's dialplan lets
 * nobody else call a headset: so the first call that comes in is answered at once, a second one while it lasts is
 * refused as busy. Asterisk parks this leg for the whole shift; debtors come and go on it without ringing.
 */
import { signal } from "@preact/signals";
import type { UA } from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import { ApiError, type Ask } from "./api";
import { type Ice, rtcConfig } from "./ice";
import { Microphone } from "./microphone";
import { type Asks, Pulse } from "./pulse";
import { type Audio, EMPTY_AUDIO, measure } from "./rtp";

/** What `GET /api/headset` says. */
export type Line = {
  ws: string;
  uri: string;
  user: string;
  password: string;
  ice: Ice;
  echo: string;
  visible_to_agent: boolean;
};

/** `absent`: this floor has no headset in the browser (`why` says so). `refused`: Asterisk does not take the password. */
export type Phase = "starting" | "absent" | "unreachable" | "connecting" | "registered" | "lost" | "refused";

const ICE_WAIT_MS = 1_000;
const STATS_MS = 2_000;
const ASK_AGAIN_MS = 4_000;

export class Headset {
  readonly microphone = new Microphone();
  readonly phase = signal<Phase>("starting");
  readonly why = signal("");
  /** Whether Asterisk's leg is up. */
  readonly parked = signal(false);
  readonly hasEcho = signal(false);
  readonly echoing = signal(false);
  readonly muted = signal(false);
  /** ICE's own word while it is not well: "checking", "disconnected", "failed"; else "". */
  readonly trouble = signal("");
  readonly audio = signal<Audio>(EMPTY_AUDIO);
  /** The browser does not play sound before the person has pressed something. */
  readonly silenced = signal(false);
  private line: Line | null = null;
  private ua: UA | null = null;
  private session: RTCSession | null = null;
  private test: RTCSession | null = null;
  private readonly player = new window.Audio();
  private readonly testPlayer = new window.Audio();
  private stats: ReturnType<typeof setInterval> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private renewal: ReturnType<typeof setTimeout> | undefined;
  private pulse: Pulse | null = null;
  private stopped = false;

  /** `node`: at whose Asterisk, where it is not this page's own. */
  constructor(
    private readonly ask: Ask,
    private readonly node = "",
  ) {
    this.player.autoplay = true;
    this.testPlayer.autoplay = true;
  }

  /** Whether a call could be taken now; where the floor has no headset here, that is another telephone's business. */
  get fit(): boolean {
    return this.phase.value === "absent" || (this.phase.value === "registered" && this.microphone.state.value === "ok");
  }

  /** Ask for the line, open the microphone and register; comes back by itself after whatever trouble. */
  async start(): Promise<void> {
    addEventListener("pagehide", this.leave);
    try {
      this.line = await this.asked();
    } catch (no) {
      if (!(no instanceof ApiError)) throw no;
      this.refusedLine(no);
      return;
    }
    if (this.stopped) return;
    this.hasEcho.value = this.line.echo !== "";
    this.keepIce(this.line);
    this.phase.value = "connecting";
    const [sip] = await Promise.all([import("jssip"), this.microphone.open()]);
    if (!this.stopped) this.register(sip, this.line);
  }

  /** Whether Asterisk is on this headset, or about to be. */
  get busy(): boolean {
    return this.session !== null;
  }

  stop(): void {
    this.stopped = true;
    removeEventListener("pagehide", this.leave);
    clearInterval(this.stats);
    clearTimeout(this.retry);
    clearTimeout(this.renewal);
    this.pulse?.stop();
    this.ua?.stop();
    this.microphone.close();
  }

  // ── during a call ─────────────────────────────────────────────────────────────────────────────────

  mute(muted: boolean): void {
    if (muted) this.session?.mute({ audio: true });
    else this.session?.unmute({ audio: true });
    // The next call is given the same microphone, as the one before left it.
    for (const track of this.microphone.stream.value?.getAudioTracks() ?? []) track.enabled = !muted;
    this.muted.value = muted;
  }

  hangUp(): void {
    this.session?.terminate();
  }

  /** One key of the telephone, as an RFC 4733 event in the audio. */
  dtmf(digit: string): boolean {
    if (!this.session?.isEstablished()) return false;
    this.session.sendDTMF(digit, { transportType: "RFC2833" as never, duration: 120, interToneGap: 60 });
    return true;
  }

  /** Hear oneself: calls the echo extension beside the parked leg, where Asterisk has one. */
  echo(): void {
    const stream = this.microphone.stream.value;
    if (!this.ua || !this.line?.echo || !stream || this.test) return;
    const test = this.ua.call(this.line.echo, { mediaStream: stream, pcConfig: this.ice() });
    this.test = test;
    this.echoing.value = true;
    hurryIce(test);
    test.connection?.addEventListener("track", ({ streams }) => {
      this.testPlayer.srcObject = streams[0] ?? null;
    });
    const over = () => {
      this.test = null;
      this.echoing.value = false;
      this.testPlayer.srcObject = null;
    };
    test.on("ended", over);
    test.on("failed", over);
  }

  endEcho(): void {
    this.test?.terminate();
  }

  async choose(part: { microphone?: string; speaker?: string }): Promise<void> {
    await this.microphone.choose(part);
    const track = this.microphone.stream.value?.getAudioTracks()[0];
    const sender = this.session?.connection?.getSenders().find((one) => one.track?.kind === "audio" || !one.track);
    if (part.microphone !== undefined && track && sender) {
      track.enabled = !this.muted.value;
      await sender.replaceTrack(track);
    }
    if (part.speaker !== undefined) await this.play();
  }

  /** Play again what the browser had silenced; call it from a key or click. */
  async play(): Promise<void> {
    const speaker = this.microphone.chosen.value.speaker;
    try {
      if (speaker !== undefined && "setSinkId" in this.player) await this.player.setSinkId(speaker);
      if (this.player.srcObject) await this.player.play();
      this.silenced.value = false;
    } catch (no) {
      if (!(no instanceof DOMException)) throw no;
      this.silenced.value = no.name === "NotAllowedError";
    }
  }

  // ── the line ──────────────────────────────────────────────────────────────────────────────────────

  private asked(): Promise<Line> {
    return this.ask<Line>(this.node ? `/api/headset?node=${this.node}` : "/api/headset");
  }

  /** Relays' credentials end with a shift: at half their time there are others, for the next call. */
  private keepIce(line: Line): void {
    clearTimeout(this.renewal);
    if (line.ice.hold_ms) this.renewal = setTimeout(() => this.renewIce(line), line.ice.hold_ms / 2);
  }

  private async renewIce(old: Line): Promise<void> {
    try {
      this.line = await this.asked();
    } catch (no) {
      if (!(no instanceof ApiError)) throw no;
      this.renewal = setTimeout(() => !this.stopped && this.renewIce(old), ASK_AGAIN_MS);
      return;
    }
    if (!this.stopped) this.keepIce(this.line);
  }

  private refusedLine(no: ApiError): void {
    this.why.value = no.message;
    if (no.status === 404 || no.status === 403) {
      this.phase.value = "absent";
      return;
    }
    this.phase.value = "unreachable";
    this.retry = setTimeout(() => !this.stopped && this.start(), ASK_AGAIN_MS);
  }

  private register(sip: typeof import("jssip"), line: Line): void {
    const address = new URL(line.ws, location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new sip.WebSocketInterface(address.href);
    const ua = new sip.UA({
      sockets: [socket],
      uri: line.uri,
      authorization_user: line.user,
      password: line.password,
      register_expires: 120,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 8,
      user_agent: "Cintillo",
    });
    ua.on("registered", () => this.registered());
    ua.on("unregistered", () => this.be("lost"));
    ua.on("registrationFailed", ({ cause, response }) =>
      this.unregistered(String(cause ?? ""), response?.status_code ?? 0),
    );
    ua.on("disconnected", () => this.be("lost"));
    ua.on("newRTCSession", (event: { originator: string; session: RTCSession }) => {
      if (event.originator === "remote") this.answer(event.session);
    });
    this.ua = ua;
    ua.start();
    this.pulse = new Pulse(ua as unknown as Asks, socket, line.uri);
  }

  /** A call that was on while the link was away is told the new one: Asterisk could not end it any more. */
  private registered(): void {
    const again = this.phase.value === "lost";
    this.be("registered");
    if (again && this.session?.isEstablished()) this.session.renegotiate();
  }

  private be(phase: Phase, why = ""): void {
    this.phase.value = phase;
    this.why.value = why;
  }

  private unregistered(cause: string, status: number): void {
    const password = status === 401 || status === 403 || status === 404;
    this.be(password ? "refused" : "lost", cause);
    // Asterisk may be reading its files anew: the line is asked for again by and by.
    clearTimeout(this.retry);
    this.retry = setTimeout(() => !this.stopped && this.ua?.register(), ASK_AGAIN_MS);
  }

  private answer(session: RTCSession): void {
    const stream = this.microphone.stream.value;
    if (!stream || this.session) {
      session.terminate({ status_code: stream ? 486 : 480 });
      return;
    }
    this.take(session);
    session.answer({ mediaStream: stream, pcConfig: this.ice() });
  }

  private ice(): RTCConfiguration {
    return rtcConfig(this.line?.ice ?? { servers: [], hold_ms: 0, relay_only: false });
  }

  private take(session: RTCSession): void {
    this.session = session;
    session.on("peerconnection", ({ peerconnection }) => this.watch(session, peerconnection));
    if (session.connection) this.watch(session, session.connection);
    hurryIce(session);
    session.on("confirmed", () => {
      this.parked.value = true;
      if (this.muted.value) session.mute({ audio: true });
    });
    const over = () => session === this.session && this.over();
    session.on("ended", over);
    session.on("failed", over);
  }

  private watch(session: RTCSession, connection: RTCPeerConnection): void {
    connection.addEventListener("track", ({ streams, track }) => {
      this.player.srcObject = streams[0] ?? new MediaStream([track]);
      void this.play();
    });
    connection.addEventListener("iceconnectionstatechange", () => {
      const now = connection.iceConnectionState;
      this.trouble.value = now === "checking" || now === "disconnected" || now === "failed" ? now : "";
      if (now === "failed" && session === this.session)
        session.renegotiate({ rtcOfferConstraints: { iceRestart: true } });
    });
    clearInterval(this.stats);
    this.stats = setInterval(async () => {
      if (connection.connectionState !== "closed")
        this.audio.value = measure(await connection.getStats(), this.audio.value);
    }, STATS_MS);
  }

  private over(): void {
    clearInterval(this.stats);
    this.session = null;
    this.parked.value = false;
    this.trouble.value = "";
    this.audio.value = EMPTY_AUDIO;
    this.player.srcObject = null;
  }

  /** A reload: Asterisk hears at once that this leg is gone, instead of waiting for silence; the server calls it back. */
  private readonly leave = (): void => {
    if (this.session?.isEstablished()) this.session.terminate();
  };
}

/** A STUN server that does not answer must not hold a call up: what was found in a second has to do. */
function hurryIce(session: RTCSession): void {
  let first: ReturnType<typeof setTimeout> | undefined;
  session.on("icecandidate", ({ ready }) => {
    first ??= setTimeout(ready, ICE_WAIT_MS);
  });
}
