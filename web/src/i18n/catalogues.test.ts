import { expect, test } from "vitest";
import { en } from "./en";
import { fr } from "./fr";

type Catalogue = { readonly [key: string]: unknown };

/** Words that both languages write alike. */
const ALIKE = [
  "nav.reference",
  "roles.agent",
  "roles.admin",
  "payments.columns.date",
  "payments.min",
  "payments.max",
  "payment.version",
  "exports.format",
  "logs.fieldNames.service",
  "metrics.filterPlaceholder",
  "operations.cache",
  "reference.title",
  "reference.download",
];

function entriesOf(catalogue: Catalogue, path = ""): [string, unknown][] {
  return Object.entries(catalogue).flatMap(([key, value]): [string, unknown][] =>
    typeof value === "object" && value !== null
      ? entriesOf(value as Catalogue, `${path}${key}.`)
      : [[path + key, value]],
  );
}

const ENGLISH = entriesOf(en);
const FRENCH = new Map(entriesOf(fr));

test("both languages say the same things", () => {
  expect([...FRENCH.keys()].sort()).toEqual(ENGLISH.map(([key]) => key).sort());
});

test("what is said of something names the same things in both", () => {
  for (const [key, value] of ENGLISH) {
    const french = FRENCH.get(key);
    expect(typeof french, key).toBe(typeof value);
    if (typeof value === "function") expect((french as typeof value).length, key).toBe(value.length);
  }
});

test("nothing was left in English, and nothing is empty", () => {
  const left = ENGLISH.filter(([key, value]) => typeof value === "string" && FRENCH.get(key) === value);
  expect(left.map(([key]) => key)).toEqual(ALIKE);
  expect([...FRENCH].filter(([, value]) => value === "")).toEqual([]);
});
