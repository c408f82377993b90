import type { Sort, Status } from "@/api/schema";

/** A search as the address bar keeps it; the names are the API's own. */
export interface Criteria {
  q: string;
  status: readonly string[];
  currency: readonly string[];
  minAmount: string;
  maxAmount: string;
  from: string;
  to: string;
  sort: Sort;
}

export const STATUSES: readonly Status[] = [
  "requested",
  "processing",
  "completed",
  "failed",
  "partially_refunded",
  "refunded",
];
export const SORTS = ["-score", "-processedAt", "processedAt", "-amount", "amount"] as const satisfies readonly Sort[];

export const EVERYTHING: Criteria = {
  q: "",
  status: [],
  currency: [],
  minAmount: "",
  maxAmount: "",
  from: "",
  to: "",
  sort: "-score",
};

const TEXTS = ["q", "minAmount", "maxAmount", "from", "to"] as const;
const LISTS = ["status", "currency"] as const;

export function readCriteria(parameters: URLSearchParams): Criteria {
  const sort = SORTS.find((each) => each === parameters.get("sort"));
  return {
    ...EVERYTHING,
    ...Object.fromEntries(TEXTS.map((name) => [name, parameters.get(name) ?? ""])),
    ...Object.fromEntries(LISTS.map((name) => [name, parameters.getAll(name)])),
    sort: sort ?? "-score",
  };
}

/** The same as parameters, without what says nothing; other parameters of `around` stay. */
export function writeCriteria(criteria: Criteria, around: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams(around);
  for (const name of [...TEXTS, ...LISTS, "sort"]) parameters.delete(name);
  for (const name of TEXTS) if (criteria[name]) parameters.set(name, criteria[name]);
  for (const name of LISTS) for (const value of criteria[name]) parameters.append(name, value);
  if (criteria.sort !== "-score") parameters.set("sort", criteria.sort);
  return parameters;
}

/** What narrows the search, the order apart. */
export function isNarrowed(criteria: Criteria): boolean {
  return TEXTS.some((name) => criteria[name] !== "") || LISTS.some((name) => criteria[name].length > 0);
}

export function toggled(values: readonly string[], value: string): string[] {
  return values.includes(value) ? values.filter((each) => each !== value) : [...values, value];
}

/** Without what is empty, as exports and saved searches take it. */
export function asBody(criteria: Criteria): Record<string, unknown> {
  return Object.fromEntries(Object.entries(criteria).filter(([, value]) => value.length > 0));
}

/** A saved search's query, as criteria again. */
export function fromBody(body: Readonly<Record<string, unknown>>): Criteria {
  return { ...EVERYTHING, ...Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) };
}
