import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { forgetWrite, noteWrite, tokenFor, withWrite } from "./writes";

const PAYMENT = { status: "completed", version: 2 } as const;

test("a change that was made here is shown until the search shows it too", () => {
  const write = { status: "refunded", version: 3, token: "t" } as const;
  expect(withWrite(PAYMENT, write)).toEqual({ payment: { status: "refunded", version: 3 }, pending: true });
  expect(withWrite({ status: "refunded", version: 3 }, write).pending).toBe(false);
  expect(withWrite(PAYMENT, undefined)).toEqual({ payment: PAYMENT, pending: false });
});

test("a payment is asked with its own token, a search with the latest one", () => {
  const queries = new QueryClient();
  expect(tokenFor(queries)).toBeUndefined();
  noteWrite(queries, "p1", { status: "failed", version: 2, token: "one" });
  noteWrite(queries, "p2", { status: "failed", version: 2, token: "two" });
  expect([tokenFor(queries, "p1"), tokenFor(queries), tokenFor(queries, "p3")]).toEqual(["one", "two", undefined]);
  forgetWrite(queries, "p2");
  expect(tokenFor(queries)).toBe("one");
});
