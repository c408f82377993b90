import { expect, test } from "vitest";
import { amountSteps, lastDay, monthSteps } from "./ranges";

const STEPS = [
  { from: null, to: "10", count: 1 },
  { from: "10", to: "50", count: 2 },
  { from: "50", to: null, count: 3 },
];
const MONTHS = ["2011-01", "2011-02", "2011-04"].map((value) => ({ value, count: 1 }));

test("amounts fall into their steps, and no amount is all of them", () => {
  expect(amountSteps(STEPS, "", "")).toEqual([0, 2]);
  expect(amountSteps(STEPS, "10", "50")).toEqual([1, 1]);
  expect(amountSteps(STEPS, "12", "60")).toEqual([1, 2]);
});

test("days fall into their months, also into one that nobody paid in", () => {
  expect(monthSteps(MONTHS, "", "")).toEqual([0, 2]);
  expect(monthSteps(MONTHS, "2011-02-10", "2011-03-31")).toEqual([1, 1]);
  expect(monthSteps(MONTHS, "2012-01-01", "")).toEqual([0, 2]);
});

test("a month ends on its last day", () => {
  expect(lastDay("2011-02")).toBe("2011-02-28");
  expect(lastDay("2012-02")).toBe("2012-02-29");
  expect(lastDay("2011-12")).toBe("2011-12-31");
});
