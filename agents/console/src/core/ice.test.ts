import { expect, test } from "vitest";
import { rtcConfig } from "./ice";

const relay = { urls: ["turn:turn.example:3478"], username: "1795043200:e01", credential: "clave" };

test("the browser is given every server with its credentials, and free choice among the ways", () => {
  const stun = { urls: ["stun:stun.example"], username: "", credential: "" };
  const found = rtcConfig({ servers: [stun, relay], hold_ms: 1, relay_only: false });
  expect(found.iceServers).toEqual([stun, relay]);
  expect(found.iceTransportPolicy).toBe("all");
});

test("where the floor says so audio goes by relays alone", () => {
  expect(rtcConfig({ servers: [relay], hold_ms: 0, relay_only: true }).iceTransportPolicy).toBe("relay");
});
