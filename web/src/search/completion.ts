/** Completions of the query language (docs/query-language.md): what could stand at the caret. */
export interface Completion {
  kind: "field" | "value" | "description";
  /** What is shown. */
  label: string;
  /** What takes the place of the text from `from` to the caret. */
  insert: string;
  from: number;
}

/** What a context can be asked for: its fields with the signs that suit them, and the values of those that have few. */
export interface Vocabulary {
  fields: readonly string[];
  values: Readonly<Record<string, readonly string[]>>;
}

export const DATES = ["now-1h", "now-1d", "now-7d", "now-30d"];
const MOST = 8;

/** The word that ends at the caret, and where it starts: outside of quotes, after a blank or a bracket. */
export function wordAt(text: string, caret: number): { word: string; from: number } {
  const before = text.slice(0, caret);
  const inQuotes = (before.match(/"/g)?.length ?? 0) % 2 === 1;
  const from = inQuotes
    ? before.lastIndexOf(" ", before.lastIndexOf('"')) + 1
    : Math.max(before.lastIndexOf(" "), before.lastIndexOf("(")) + 1;
  return { word: before.slice(from), from };
}

export function complete(text: string, caret: number, { fields, values }: Vocabulary): Completion[] {
  const { word, from } = wordAt(text, caret);
  const minus = word.startsWith("-") ? 1 : 0;
  const value = /^([\w.-]+?)(?::|>=|<=|!=|>|<|=)(?:.*,)?("?[^,"]*)$/.exec(word.slice(minus));
  if (value) {
    const [, field = "", typed = ""] = value;
    return valuesOf(values[field] ?? [], typed, caret - typed.length);
  }
  const typed = word.slice(minus).toLowerCase();
  if (!typed || !/^[a-z][\w.-]*$/.test(typed)) return [];
  return fields
    .filter((field) => field.toLowerCase().startsWith(typed) && field.toLowerCase() !== typed)
    .slice(0, MOST)
    .map((field) => ({ kind: "field", label: field, insert: field, from: from + minus }));
}

function valuesOf(all: readonly string[], typed: string, from: number): Completion[] {
  const start = typed.replace('"', "").toLowerCase();
  return all
    .filter((value) => value.toLowerCase().startsWith(start) && value.toLowerCase() !== start)
    .slice(0, MOST)
    .map((value) => ({ kind: "value", label: value, insert: `${quoted(value)} `, from }));
}

/** A value as the language takes it: in quotes where it has to be. */
export function quoted(value: string): string {
  return /^[\p{L}\p{N}_.-]+$/u.test(value) && !value.includes("..") ? value : `"${value.replaceAll('"', '\\"')}"`;
}

/** The text with a completion in the place of the word at the caret, and where the caret then is. */
export function applied(text: string, caret: number, completion: Completion): { text: string; caret: number } {
  const head = text.slice(0, completion.from) + completion.insert;
  return { text: head + text.slice(caret).replace(/^ /, ""), caret: head.length };
}

/** The words without any condition, for which descriptions can be suggested; empty if there are conditions. */
export function freeWords(text: string): string {
  return /[:<>=()"]/.test(text) ? "" : text.trim();
}
