import { expect, test } from "vitest";
import { answered, asked, cut, NOTHING, onAgent, putAway, swept } from "./orders";

const E01 = onAgent("e01");

test("an order is pending until its own answer comes, and the refusal's sentence stays beside it", () => {
  const sent = asked(NOTHING, E01, 7, "pause", 0);
  expect(answered(sent, 6, null, 1).get(E01)?.state).toBe("pending");
  expect(answered(sent, 7, null, 1).get(E01)?.state).toBe("done");
  expect(answered(sent, 7, "Está hablando.", 1).get(E01)).toMatchObject({ state: "refused", detail: "Está hablando." });
});

test("a second order on the same agent takes the first one's place, whose late answer changes nothing", () => {
  const both = asked(asked(NOTHING, E01, 1, "listen", 0), E01, 2, "barge", 0);
  expect(answered(both, 1, "no", 1).get(E01)).toMatchObject({ n: 2, state: "pending" });
});

test("when the link is cut nobody claims that an order was done, nor that it was not", () => {
  expect(cut(asked(NOTHING, E01, 1, "listen", 0)).get(E01)?.state).toBe("lost");
  const done = answered(asked(NOTHING, E01, 1, "listen", 0), 1, null, 0);
  expect(cut(done)).toBe(done);
});

test("successes go away by themselves, refusals only when they are put away", () => {
  const done = answered(asked(NOTHING, E01, 1, "listen", 0), 1, null, 1_000);
  expect(swept(done, 5_000)).toBe(done);
  expect(swept(done, 6_001).size).toBe(0);
  const refused = answered(asked(NOTHING, E01, 1, "listen", 0), 1, "No.", 1_000);
  expect(swept(refused, 600_000)).toBe(refused);
  expect(putAway(refused, E01).size).toBe(0);
});
