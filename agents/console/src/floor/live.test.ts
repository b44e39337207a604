import { expect, test } from "vitest";
import type { Floor } from "./board";
import { Live } from "./live";
import { onAgent } from "./orders";

const FLOOR = {
  now_ms: 1_764_000_000_500,
  agents_by_state: {},
  total: {},
  carteras: {},
  agents: [],
} as unknown as Floor;
const E01 = onAgent("e01");

test("a board sets the floor's clock and adds to what is charted", () => {
  const live = new Live();
  live.hear({ type: "board", floor: FLOOR as unknown as Record<string, unknown> });
  expect(live.floor.value).toBe(FLOOR);
  expect(live.nowMs.value).toBe(1_764_000_000_000);
  expect(live.points.value).toHaveLength(1);
  expect(live.oldS.value).toBe(0);
});

test("without a link an order is refused at once, next to what it was asked of, and not kept for later", () => {
  const live = new Live();
  live.order(E01, "Pausa", { type: "force_pause", agent_id: "e01", reason: "descanso" });
  expect(live.orders.value.get(E01)).toMatchObject({ state: "refused", verb: "Pausa" });
});

test("on whose line the supervisor is, the server says, and when and why it ended", () => {
  const live = new Live();
  live.hear({ type: "spying", agent_id: "e01", mode: "whisper" });
  expect(live.ears.value).toEqual({ agent_id: "e01", mode: "whisper", detail: "" });
  live.hear({ type: "spying", agent_id: "", detail: "El ejecutivo salió." });
  expect(live.ears.value).toEqual({ agent_id: "", mode: "", detail: "El ejecutivo salió." });
});
