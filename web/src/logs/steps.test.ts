import { expect, test } from "vitest";
import { mergedSteps } from "./steps";

const steps = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ start: `s${index}`, count: 2, levels: { info: 1, error: 1 } }));

test("few steps stay as they are", () => {
  expect(mergedSteps(steps(60))).toEqual(steps(60));
  expect(mergedSteps([])).toEqual([]);
});

test("many steps are put together, and nothing of them is lost", () => {
  const merged = mergedSteps(steps(301));
  expect(merged.length).toBe(101);
  expect(merged[1]).toEqual({ start: "s3", count: 6, levels: { info: 3, error: 3 } });
  expect(merged.reduce((sum, step) => sum + step.count, 0)).toBe(602);
});
