/** What reaches the headset, out of WebRTC's own counters. */

/** `lossRatio`: of the packets since the last look. `packets`: all that came in on this leg. */
export type Audio = {
  packets: number;
  lost: number;
  lossRatio: number;
  jitterMs: number;
  rttMs: number;
  flowing: boolean;
  measured: boolean;
};

export const EMPTY_AUDIO: Audio = {
  ...{ packets: 0, lost: 0, lossRatio: 0, jitterMs: 0, rttMs: 0, flowing: false, measured: false },
};

type Report = { type: string; kind?: string; nominated?: boolean } & Record<string, unknown>;

export function measure(reports: { forEach(see: (report: Report) => void): void }, before: Audio): Audio {
  let now = before;
  reports.forEach((report) => {
    if (report.type === "inbound-rtp" && report.kind === "audio") now = inbound(report, now, before);
    if (report.type === "candidate-pair" && report.nominated)
      now = { ...now, rttMs: 1000 * Number(report.currentRoundTripTime ?? 0) };
  });
  return now;
}

function inbound(report: Report, now: Audio, before: Audio): Audio {
  const packets = Number(report.packetsReceived ?? 0);
  const lost = Number(report.packetsLost ?? 0);
  const [came, missed] = [packets - before.packets, Math.max(0, lost - before.lost)];
  return {
    ...now,
    packets,
    lost,
    lossRatio: came + missed > 0 ? missed / (came + missed) : 0,
    jitterMs: 1000 * Number(report.jitter ?? 0),
    flowing: came > 0,
    measured: true,
  };
}
