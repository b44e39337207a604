/** How audio finds its way, as `GET /api/headset` says it.
 *
 * `hold_ms`: how long the servers' credentials hold, 0: for ever; `relay_only`: it goes by TURN alone.
 */
export type Ice = {
  servers: readonly { urls: readonly string[]; username: string; credential: string }[];
  hold_ms: number;
  relay_only: boolean;
};

export function rtcConfig({ servers, relay_only }: Ice): RTCConfiguration {
  return {
    iceServers: servers.map((one) => ({ ...one, urls: [...one.urls] })),
    iceTransportPolicy: relay_only ? "relay" : "all",
    bundlePolicy: "max-bundle",
  };
}
