import { type QueryClient, skipToken, useQuery } from "@tanstack/react-query";
import type { Status } from "@/api/schema";

/** A change that was made here, or that the history tells of, and that the search may not show yet. */
export interface Write {
  status: Status;
  version: number;
  /** The Consistency-Token; null while the command is under way, and for changes of others. */
  token: string | null;
}

type Writes = Readonly<Record<string, Write>>;

/** In the data library's cache, so that it goes with the session. */
const KEY = ["writes"] as const;

export function useWrites(): Writes {
  return useQuery<Writes>({ queryKey: KEY, queryFn: skipToken, staleTime: Number.POSITIVE_INFINITY }).data ?? {};
}

export function noteWrite(queries: QueryClient, paymentId: string, write: Write): void {
  queries.setQueryData<Writes>(KEY, (writes = {}) => ({ ...writes, [paymentId]: write }));
}

/** A change that somebody made, unless a later one is known. */
export function noteSeen(queries: QueryClient, paymentId: string, seen: { status: Status; version: number }): void {
  const known = queries.getQueryData<Writes>(KEY)?.[paymentId];
  if (known && known.version >= seen.version) return;
  noteWrite(queries, paymentId, { status: seen.status, version: seen.version, token: null });
}

export function forgetWrite(queries: QueryClient, paymentId: string): void {
  queries.setQueryData<Writes>(KEY, (writes = {}) =>
    Object.fromEntries(Object.entries(writes).filter(([id]) => id !== paymentId)),
  );
}

/** The token to ask with: the payment's own, or the latest one for a search. */
export function tokenFor(queries: QueryClient, paymentId?: string): string | undefined {
  const writes = queries.getQueryData<Writes>(KEY) ?? {};
  if (paymentId) return writes[paymentId]?.token ?? undefined;
  return Object.values(writes).findLast((write) => write.token !== null)?.token ?? undefined;
}

/** What is shown of a payment: the change that was made here, until the search shows it too. */
export function withWrite<Shown extends { status: Status; version: number }>(
  payment: Shown,
  write: Write | undefined,
): { payment: Shown; pending: boolean } {
  if (!write || payment.version >= write.version) return { payment, pending: false };
  return { payment: { ...payment, status: write.status, version: write.version }, pending: true };
}
