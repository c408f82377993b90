import { expect, test } from "vitest";
import type { FreshnessAnswer } from "@/api/schema";
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

test("a queue that moves is well", () => {
  expect(needsALook(WELL)).toBe(false);
  expect(needsALook(undefined)).toBe(false);
});

test("dead letters, what waits too long, and what could not be measured need a look", () => {
  expect(needsALook({ ...WELL, deadLetters: { waiting: 1, inFlight: 0 } })).toBe(true);
  expect(needsALook({ ...WELL, queue: { waiting: 3, inFlight: 1, oldestMs: 61_000 } })).toBe(true);
  expect(needsALook({ ...WELL, queue: null, unavailable: { queue: "down" } })).toBe(true);
});
