import { expect, test } from "vitest";
import { formatsOf } from "./format";

const en = formatsOf("en-GB");

test("money is exact, however large, in the decimals of its currency", () => {
  expect(en.money("90071992547409931.25", "EUR")).toBe("€90,071,992,547,409,931.25");
  expect(en.money("1200", "JPY")).toBe("JP¥1,200");
  expect(en.money("12.345", "KWD").replace(/\s/g, " ")).toBe("KWD 12.345");
  expect(formatsOf("fr").money("1234.50", "EUR").replace(/\s/g, " ")).toBe("1 234,50 €");
});

test("durations are told in the unit that fits", () => {
  expect([5, 1500, 120_000, 7_200_000, 172_800_000].map(en.duration)).toEqual(["5ms", "1.5s", "2m", "2h", "2d"]);
});

test("a month is named as the reader names it, wherever the reader is", () => {
  expect(en.month("2011-11")).toBe("Nov 2011");
});
