import { useState } from "react";
import { ApiProblem } from "@/api/problem";

/** Whether the API says at which column it stopped to understand the search text. */
export function isMisread(error: unknown): error is ApiProblem {
  return error instanceof ApiProblem && error.column !== null;
}

/** What was found; while a text is not understood, as half of one seldom is, what was found before it. */
export function useReadable<Data>({ data, error }: { data: Data | undefined; error: unknown }): Data | undefined {
  const [last, setLast] = useState(data);
  if (data !== undefined && data !== last) setLast(data);
  return data ?? (isMisread(error) ? last : undefined);
}
