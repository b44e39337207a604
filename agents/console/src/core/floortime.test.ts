import { describe, expect, it } from "vitest";
import { addDays, daysBetween, FloorClock, local, moment, readDay, readTime, showMoment, showSpan } from "./floortime";

const ZONE = "America/Santiago";

describe("the floor's clock", () => {
  it("goes on from the server's moment, whatever the desk's clock says", () => {
    let gone = 500;
    const clock = new FloorClock(() => gone);
    clock.set(1_800_000_000_000);
    gone += 1_234;
    expect(clock.now()).toBe(1_800_000_001_234);
  });
  it("shows a moment in the floor's zone, day first, 24 hours", () =>
    expect(showMoment(Date.UTC(2026, 10, 22, 2, 5), ZONE)).toBe("21-11-2026 23:05"));
  it("shows spans as a stopwatch does", () => {
    expect(showSpan(7_400)).toBe("0:07");
    expect(showSpan(3_723_000)).toBe("1:02:03");
    expect(showSpan(-900)).toBe("0:00");
  });
});

describe("an hour of the floor's zone as a moment", () => {
  it("comes back as it went, in summer and in winter", () => {
    for (const day of ["2026-01-15", "2026-07-15"])
      expect(local(moment(day, "15:30", ZONE), ZONE)).toEqual({ day, time: "15:30" });
  });
  it("is an hour later where the change of the clocks skips it", () =>
    expect(local(moment("2026-09-06", "00:30", ZONE), ZONE)).toEqual({ day: "2026-09-06", time: "01:30" }));
  it("exists where the change of the clocks doubles it", () =>
    expect(local(moment("2026-04-04", "23:30", ZONE), ZONE)).toEqual({ day: "2026-04-04", time: "23:30" }));
});

describe("a day being typed", () => {
  const today = "2026-11-18"; // a Wednesday
  it.each([
    ["h", "2026-11-18"],
    ["m", "2026-11-19"],
    ["v", "2026-11-20"],
    ["f", "2026-11-30"],
    ["+10", "2026-11-28"],
    ["25", "2026-11-25"],
    ["5", "2026-12-05"],
    ["5-1", "2027-01-05"],
    ["05/12", "2026-12-05"],
    ["30-11-2026", "2026-11-30"],
    ["30.11.26", "2026-11-30"],
  ])("reads %s", (text, day) => expect(readDay(text, today)).toBe(day));
  it("is day first, as in Chile", () => expect(readDay("5-9-2027", today)).toBe("2027-09-05"));
  it.each(["", "31-2-2027", "32", "5-13", "mañana", "2026-11-30"])("does not read «%s»", (text) =>
    expect(readDay(text, today)).toBeNull(),
  );
  it("takes Friday on a Friday for the next one", () => expect(readDay("v", "2026-11-20")).toBe("2026-11-27"));
  it("finds the next month over the year's end", () => expect(readDay("3", "2026-12-30")).toBe("2027-01-03"));
});

describe("an hour being typed", () => {
  it.each([
    ["9", "09:00"],
    ["15", "15:00"],
    ["930", "09:30"],
    ["1530", "15:30"],
    ["9.30", "09:30"],
    ["15:05", "15:05"],
  ])("reads %s", (text, time) => expect(readTime(text)).toBe(time));
  it.each(["", "24", "9:70", "tarde"])("does not read «%s»", (text) => expect(readTime(text)).toBeNull());
});

it("counts days over a change of the clocks", () => {
  expect(addDays("2026-09-05", 2)).toBe("2026-09-07");
  expect(daysBetween("2026-09-05", "2026-09-07")).toBe(2);
});
