import { describe, expect, test } from "vitest";
import { applied, complete, DATES, freeWords, quoted, wordAt } from "./completion";

const KNOWN = {
  fields: ["status:", "currency:", "amount:", "amount>", "amount<", "tag:", "attributes.http.method:"],
  values: {
    status: ["failed", "refunded"],
    currency: ["EUR", "GBP"],
    tag: ["gift", "red box"],
    processed: DATES,
    "attributes.http.method": ["GET", "POST"],
  },
};

function labels(text: string, caret = text.length): string[] {
  return complete(text, caret, KNOWN).map((each) => each.label);
}

describe("what could stand at the caret", () => {
  test("a field, from its first letters, also behind a minus or a bracket", () => {
    expect(labels("lantern st")).toEqual(["status:"]);
    expect(labels("-cur")).toEqual(["currency:"]);
    expect(labels("mug (am")).toEqual(["amount:", "amount>", "amount<"]);
  });

  test("a value of the field, from nothing on, and the second one behind a comma", () => {
    expect(labels("status:")).toEqual(["failed", "refunded"]);
    expect(labels("status:failed,re")).toEqual(["refunded"]);
    expect(labels("currency:g")).toEqual(["GBP"]);
    expect(labels('tag:"red')).toEqual(["red box"]);
    expect(labels("processed>=now-3")).toEqual(["now-30d"]);
    expect(labels("attributes.http.method:p")).toEqual(["POST"]);
  });

  test("nothing for words, for complete values, or in the middle of other things", () => {
    expect(labels("lantern 12")).toEqual([]);
    expect(labels("status:failed")).toEqual([]);
    expect(labels("unknown:x")).toEqual([]);
    expect(labels("")).toEqual([]);
  });
});

test("a completion takes the place of the word at the caret and of nothing else", () => {
  const text = "mug st lantern";
  const [field] = complete(text, 6, KNOWN);
  if (!field) throw new Error("no completion");
  expect(applied(text, 6, field)).toEqual({ text: "mug status:lantern", caret: 11 });
  const [value] = complete("-status:fa", 10, KNOWN);
  if (!value) throw new Error("no completion");
  expect(applied("-status:fa", 10, value)).toEqual({ text: "-status:failed ", caret: 15 });
});

test("values stand in quotes where the language needs them", () => {
  expect(quoted("gift")).toBe("gift");
  expect(quoted("red box")).toBe('"red box"');
  expect(quoted('5" nail')).toBe('"5\\" nail"');
  expect(quoted("1..2")).toBe('"1..2"');
});

test("the word at the caret starts behind the blank, unless that is in quotes", () => {
  expect(wordAt("a bc", 4)).toEqual({ word: "bc", from: 2 });
  expect(wordAt('a tag:"red b', 12)).toEqual({ word: 'tag:"red b', from: 2 });
});

test("descriptions are suggested for words only", () => {
  expect(freeWords(" white heart ")).toBe("white heart");
  expect(freeWords("heart status:failed")).toBe("");
});
