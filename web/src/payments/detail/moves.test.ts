import { expect, test } from "vitest";
import { isMore, leftToRefund, movesOf, readAmount, stateAfter } from "./moves";

test("what is left to refund is exact, in the decimals of the amount", () => {
  expect(leftToRefund("100.00", null)).toBe("100.00");
  expect(leftToRefund("0.30", "0.10")).toBe("0.20");
  expect(leftToRefund("1200", "200")).toBe("1000");
  expect(leftToRefund("12.345", "0.3")).toBe("12.045");
  expect(leftToRefund("90071992547409.93", "0.01")).toBe("90071992547409.92");
});

test("an amount is read as it is typed, with a comma too, and nothing else is", () => {
  expect(readAmount(" 12,5 ", "100.00")).toBe("12.50");
  expect(readAmount("7", "1200")).toBe("7");
  for (const wrong of ["", "0", "-1", "1.005", "1e3", "ten", "1.2.3"]) expect(readAmount(wrong, "100.00")).toBeNull();
  expect(readAmount("1.5", "1200")).toBeNull();
});

test("amounts are compared as numbers, not as texts", () => {
  expect(isMore("9.00", "10.00")).toBe(false);
  expect(isMore("10.01", "10.0")).toBe(true);
});

test("only what the state allows is offered", () => {
  expect(movesOf("requested")).toEqual(["process", "fail"]);
  expect(movesOf("partially_refunded")).toEqual(["refund"]);
  expect(movesOf("refunded")).toEqual([]);
  expect(stateAfter("refund", false)).toBe("partially_refunded");
});
