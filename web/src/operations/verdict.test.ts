import { expect, test } from "vitest";
import type { FreshnessAnswer, OperationsAnswer } from "@/api/schema";
import { needsALook } from "./verdict";

const WELL: FreshnessAnswer = {
  asOf: "2026-11-25T03:00:00.000Z",
  queue: { waiting: 3, inFlight: 1, oldestMs: 800 },
  deadLetters: { waiting: 0, inFlight: 0 },
  outbox: { unsent: 0, relation: "eq", oldestAt: null, oldestMs: null },
  projection: null,
  cache: null,
  unavailable: {},
};

const SIDES: OperationsAnswer = {
  reconciliation: { at: "2026-11-25T02:00:00.000Z", differences: 0 },
  rebuild: { serving: "payments-000001", building: null, previous: null, segments: 64, segmentsDone: 0 },
};

test("a queue that moves is well", () => {
  expect(needsALook(WELL, SIDES)).toBe(false);
  expect(needsALook(undefined, undefined)).toBe(false);
});

test("dead letters, what waits too long, and what could not be measured need a look", () => {
  expect(needsALook({ ...WELL, deadLetters: { waiting: 1, inFlight: 0 } }, SIDES)).toBe(true);
  expect(needsALook({ ...WELL, queue: { waiting: 3, inFlight: 1, oldestMs: 61_000 } }, SIDES)).toBe(true);
  expect(needsALook({ ...WELL, queue: null, unavailable: { queue: "down" } }, SIDES)).toBe(true);
});

test("what is shown otherwise than it was committed needs a look, however fresh it is", () => {
  const differing = { ...SIDES, reconciliation: { at: "2026-11-25T02:00:00.000Z", differences: 2 } };
  expect(needsALook(WELL, differing)).toBe(true);
  expect(needsALook(WELL, { ...SIDES, reconciliation: null })).toBe(false);
});
