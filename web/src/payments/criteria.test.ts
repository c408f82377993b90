import { expect, test } from "vitest";
import { asBody, EVERYTHING, fromBody, isNarrowed, readCriteria, toggled, writeCriteria } from "./criteria";

const SOME = {
  ...EVERYTHING,
  q: "tag:gift & more",
  status: ["failed", "refunded"],
  from: "2011-01-01",
  sort: "-amount",
} as const;

test("an address keeps a search whole, beside what else it keeps", () => {
  const address = writeCriteria(SOME, new URLSearchParams("payment=p1&q=old&currency=EUR"));
  expect(address.get("payment")).toBe("p1");
  expect(readCriteria(new URLSearchParams(address.toString()))).toEqual(SOME);
});

test("what says nothing is not in the address, and what is no order is the usual one", () => {
  expect(writeCriteria(EVERYTHING, new URLSearchParams()).toString()).toBe("");
  expect(readCriteria(new URLSearchParams("sort=up")).sort).toBe("-score");
});

test("an order alone narrows nothing", () => {
  expect(isNarrowed({ ...EVERYTHING, sort: "amount" })).toBe(false);
  expect(isNarrowed(SOME)).toBe(true);
});

test("a saved search is the same search again, whatever the API fills in", () => {
  expect(fromBody({ ...asBody(SOME), minAmount: null })).toEqual(SOME);
});

test("a value is chosen or no longer chosen", () => {
  expect(toggled(["a"], "b")).toEqual(["a", "b"]);
  expect(toggled(["a", "b"], "a")).toEqual(["b"]);
});
