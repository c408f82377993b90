import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { FoundEntry, LogHistogram, LogPage, LogPatterns, LogTail } from "@/api/schema";
import { useApi } from "@/session/session";

export interface LogCriteria {
  q: string;
  from: string;
  to: string;
}

const PAGE = 100;
const KEPT = 500;
const WAIT_SECONDS = 10;
const AFTER_A_FAILURE_MS = 3000;

export function useEntries(criteria: LogCriteria) {
  const api = useApi();
  return useInfiniteQuery({
    queryKey: ["logs", "entries", criteria],
    queryFn: ({ pageParam, signal }) =>
      api.get<LogPage>("/v1/logs", { ...criteria, limit: PAGE, cursor: pageParam, highlight: true }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
}

export function useHistogram(criteria: LogCriteria) {
  const api = useApi();
  return useQuery({
    queryKey: ["logs", "histogram", criteria],
    queryFn: ({ signal }) => api.get<LogHistogram>("/v1/logs/histogram", { ...criteria }, { signal }),
    placeholderData: keepPreviousData,
  });
}

export function usePatterns(criteria: LogCriteria, shown: boolean) {
  const api = useApi();
  return useQuery({
    queryKey: ["logs", "patterns", criteria],
    queryFn: ({ signal }) => api.get<LogPatterns>("/v1/logs/patterns", { ...criteria, limit: 50 }, { signal }),
    enabled: shown,
    placeholderData: keepPreviousData,
  });
}

/** What comes while it is followed, the newest first; each answer waits for the next entry. What fails is tried again. */
export function useTail(q: string, following: boolean): { entries: readonly FoundEntry[]; error: unknown } {
  const api = useApi();
  const [entries, setEntries] = useState<readonly FoundEntry[]>([]);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => {
    if (!following) return;
    const stopped = new AbortController();
    const follow = async () => {
      let after: string | null = null;
      while (!stopped.signal.aborted) {
        try {
          const query = { q, after, wait: after ? WAIT_SECONDS : 0, limit: PAGE };
          const told: LogTail = await api.get<LogTail>("/v1/logs/tail", query, { signal: stopped.signal });
          if (stopped.signal.aborted) return;
          if (after === null) setEntries([]);
          after = told.after;
          setError(null);
          setEntries((known) => [...told.entries.toReversed(), ...known].slice(0, KEPT));
        } catch (failed) {
          if (stopped.signal.aborted) return;
          setError(failed);
          await new Promise((resolve) => setTimeout(resolve, AFTER_A_FAILURE_MS));
        }
      }
    };
    void follow();
    return () => stopped.abort();
  }, [api, q, following]);

  return { entries, error };
}
