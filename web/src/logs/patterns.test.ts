import { expect, test } from "vitest";
import { searchFor } from "./patterns";

test("a pattern is searched by the longest words that all its entries share", () => {
  expect(searchFor("<*> sent to queue <*> in")).toBe('"sent to queue"');
  expect(searchFor("<*>")).toBe("");
  expect(searchFor('say "hi" to <*>')).toBe('"say  hi  to"');
});
