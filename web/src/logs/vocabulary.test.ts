import { expect, test } from "vitest";
import type { FoundEntry, LogHistogram } from "@/api/schema";
import { complete } from "@/search/completion";
import { fieldsOf, vocabularyOf } from "./vocabulary";

const entry = (service: string, attributes: Record<string, unknown>) => ({ service, attributes }) as FoundEntry;
const ENTRIES = [
  entry("command", { region: "eu" }),
  entry("command", { region: "us", nested: {} }),
  entry("query", {}),
];
const HISTOGRAM = { levels: { info: 90, error: 2 } } as unknown as LogHistogram;

test("fields tell what the entries hold, the most frequent first, and the levels of all that match", () => {
  expect(fieldsOf(ENTRIES, HISTOGRAM)).toEqual([
    {
      field: "level",
      counts: [
        { value: "error", count: 2 },
        { value: "info", count: 90 },
      ],
    },
    {
      field: "service",
      counts: [
        { value: "command", count: 2 },
        { value: "query", count: 1 },
      ],
    },
    {
      field: "attributes.region",
      counts: [
        { value: "eu", count: 1 },
        { value: "us", count: 1 },
      ],
    },
  ]);
});

test("the search box completes fields of the language, attributes in sight, and their values", () => {
  const vocabulary = vocabularyOf(fieldsOf(ENTRIES, HISTOGRAM));
  const labels = (text: string) => complete(text, text.length, vocabulary).map((each) => each.label);
  expect(labels("lev")).toEqual(["level:", "level>="]);
  expect(labels("level>=wa")).toEqual(["warn"]);
  expect(labels("attr")).toEqual(["attributes.", "attributes.region:"]);
  expect(labels("attributes.region:e")).toEqual(["eu"]);
  expect(labels("service:q")).toEqual(["query"]);
});
