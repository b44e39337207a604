import { expect, it } from "vitest";
import { EMPTY_AUDIO, measure } from "./rtp";

const report = (packetsReceived: number, packetsLost: number) => [
  { type: "inbound-rtp", kind: "audio", packetsReceived, packetsLost, jitter: 0.012 },
  { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.03 },
  { type: "inbound-rtp", kind: "video", packetsReceived: 9_999 },
];

it("says what share of the packets was lost since the last look", () => {
  const first = measure(report(100, 0), EMPTY_AUDIO);
  expect(first).toMatchObject({ packets: 100, lossRatio: 0, jitterMs: 12, rttMs: 30, flowing: true });
  expect(measure(report(190, 10), first).lossRatio).toBeCloseTo(0.1);
});

it("notices that no sound comes any more", () => {
  const first = measure(report(100, 0), EMPTY_AUDIO);
  expect(measure(report(100, 0), first).flowing).toBe(false);
});
