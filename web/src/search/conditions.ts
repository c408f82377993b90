import { quoted } from "./completion";

/** Conditions of a search text that are chosen by pointer: `tag:gift`, `service:command,query`. Others are left alone. */
const WORDS = /(?:"(?:[^"\\]|\\.)*"|[^\s"])+/g;
const VALUES = /"(?:[^"\\]|\\.)*"|[^,]+/g;

function wordsOf(q: string): string[] {
  return q.match(WORDS) ?? [];
}

export function hasCondition(q: string, condition: string): boolean {
  return wordsOf(q).includes(condition);
}

/** The text with the condition, or without it if it has it. */
export function toggleCondition(q: string, condition: string): string {
  const words = wordsOf(q);
  return (words.includes(condition) ? words.filter((word) => word !== condition) : [...words, condition]).join(" ");
}

/** The values of a field's condition; none where there is no such condition. */
export function valuesIn(q: string, field: string): string[] {
  const word = wordsOf(q).find((each) => each.startsWith(`${field}:`));
  const values = word?.slice(field.length + 1).match(VALUES) ?? [];
  return values.map((value) => (value.startsWith('"') ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1") : value));
}

/** The text with just these values of a field, any of them; without the condition where there are none. */
export function withValues(q: string, field: string, values: readonly string[]): string {
  const words = wordsOf(q);
  const condition = values.length > 0 ? [`${field}:${values.map(quoted).join(",")}`] : [];
  const at = words.findIndex((each) => each.startsWith(`${field}:`));
  return (at < 0 ? [...words, ...condition] : words.toSpliced(at, 1, ...condition)).join(" ");
}
