import type { FoundEntry, LogHistogram } from "@/api/schema";
import { DATES, type Vocabulary } from "@/search/completion";
import { LEVELS } from "./levels";

export interface FieldValues {
  /** As the query language calls it. */
  field: string;
  counts: readonly { value: string; count: number }[];
}

const FIELDS = [
  "level:",
  "level>=",
  "service:",
  "host:",
  "time>=",
  "trace:",
  "correlation:",
  "message:",
  "stack:",
  "id:",
  "attributes.",
];
const MOST_VALUES = 8;
const MOST_ATTRIBUTES = 6;

/** What the fields of these entries hold and how often, the levels of all that match: what one might narrow by. */
export function fieldsOf(entries: readonly FoundEntry[], histogram: LogHistogram | undefined): FieldValues[] {
  const levels = LEVELS.map((level) => ({ value: level, count: histogram?.levels[level] ?? 0 }));
  const seen = new Map<string, Map<string, number>>([
    ["service", new Map()],
    ["host", new Map()],
  ]);
  const see = (field: string, value: unknown) => {
    if (value === null || value === undefined || typeof value === "object") return;
    const counts = seen.get(field) ?? new Map<string, number>();
    counts.set(String(value), (counts.get(String(value)) ?? 0) + 1);
    seen.set(field, counts);
  };
  for (const { service, host, attributes } of entries) {
    see("service", service);
    see("host", host);
    for (const [name, value] of Object.entries(attributes ?? {})) see(`attributes.${name}`, value);
  }
  const others = [...seen].slice(0, 2 + MOST_ATTRIBUTES).map(([field, counts]) => ({
    field,
    counts: [...counts]
      .map(([value, count]) => ({ value, count }))
      .sort((one, other) => other.count - one.count)
      .slice(0, MOST_VALUES),
  }));
  return [{ field: "level", counts: levels.filter((each) => each.count > 0) }, ...others].filter(
    ({ counts }) => counts.length > 0,
  );
}

/** What the search box completes: every field of the language, and the values that are in sight. */
export function vocabularyOf(fields: readonly FieldValues[]): Vocabulary {
  const seen = fields.map(({ field, counts }) => [field, counts.map((each) => each.value)] as const);
  const attributes = fields.map(({ field }) => `${field}:`).filter((field) => field.startsWith("attributes."));
  return { fields: [...FIELDS, ...attributes], values: { ...Object.fromEntries(seen), level: LEVELS, time: DATES } };
}
