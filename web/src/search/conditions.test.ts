import { expect, test } from "vitest";
import { hasCondition, toggleCondition, valuesIn, withValues } from "./conditions";

test("a condition is the whole word, not what begins like it", () => {
  expect(hasCondition("mug tag:gifts", "tag:gift")).toBe(false);
  expect(hasCondition('mug tag:"red box"', 'tag:"red box"')).toBe(true);
});

test("a condition is put behind the words, and taken away without a trace", () => {
  expect(toggleCondition("mug", 'tag:"red box"')).toBe('mug tag:"red box"');
  expect(toggleCondition('tag:"red box"  mug', 'tag:"red box"')).toBe("mug");
});

test("the values of a field are read and written in one condition", () => {
  const q = withValues("timeout", "service", ["command", 'say "hi"']);
  expect(q).toBe('timeout service:command,"say \\"hi\\""');
  expect(valuesIn(q, "service")).toEqual(["command", 'say "hi"']);
  expect(withValues(q, "service", [])).toBe("timeout");
  expect(withValues("service:a OR level:error", "service", ["b"])).toBe("service:b OR level:error");
  expect(valuesIn("-service:a", "service")).toEqual([]);
});
