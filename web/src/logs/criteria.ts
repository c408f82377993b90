import { SPANS, spanOf } from "@/ui/spans";
import type { LogCriteria } from "./data";

/** A search as the address has it: from an instant on, or as far back from `now` (ms) as its span says. */
export function readCriteria(parameters: URLSearchParams, now: number): LogCriteria {
  const q = parameters.get("q") ?? "";
  const from = parameters.get("from");
  if (from) return { q, from, to: parameters.get("to") ?? "" };
  // On whole minutes, so that the same question has the same words, and an answer from the cache.
  const minute = Math.floor(now / 60_000) * 60_000;
  return { q, from: new Date(minute - SPANS[spanOf(parameters)] * 3_600_000).toISOString(), to: "" };
}

/** The address of a saved search: its text, and its time where it has one of its own. */
export function writeCriteria(query: Readonly<Record<string, unknown>>, around: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams(around);
  for (const name of ["q", "from", "to", "view", "follow"]) parameters.delete(name);
  for (const name of ["q", "from", "to"]) if (typeof query[name] === "string") parameters.set(name, query[name]);
  return parameters;
}
