import { expect, test } from "vitest";
import { lastDayWith, periodOf, stepDays } from "./period";

test("presets are whole days up to the last one with payments", () => {
  expect(periodOf("30d", "2010-12-01", "2011-11-30")).toEqual({
    from: "2011-11-01",
    to: "2011-11-30",
    interval: "day",
  });
  expect(periodOf("12m", "2010-12-01", "2011-11-30").from).toBe("2010-12-01");
  expect(periodOf("all", "2001-01-01", "2011-11-30").interval).toBe("quarter");
});

test("the newest month ends on its last day, or today", () => {
  expect(lastDayWith(["2011-02", "2010-12"], "2026-11-25")).toBe("2011-02-28");
  expect(lastDayWith(["2026-11"], "2026-11-25")).toBe("2026-11-25");
  expect(lastDayWith([], "2026-11-25")).toBe("2026-11-25");
});

test("a step ends on the day before the next one, the last one with the period", () => {
  expect(stepDays(["2011-01-01T00:00:00.000Z", "2011-02-01T00:00:00.000Z"], "2011-02-10")).toEqual([
    { from: "2011-01-01", to: "2011-01-31" },
    { from: "2011-02-01", to: "2011-02-10" },
  ]);
});
