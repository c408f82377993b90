import {
  type InfiniteData,
  keepPreviousData,
  type QueryClient,
  useInfiniteQuery,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { HistoryAnswer, PaymentAnswer, PaymentHit, PaymentPage, SuggestionsAnswer } from "@/api/schema";
import { useApi } from "@/session/session";
import type { Criteria } from "./criteria";
import { noteSeen, tokenFor, useWrites } from "./writes";

/** The first page is short so that it comes at once; those that are scrolled to are as long as the API allows. */
const FIRST_PAGE = 50;
const NEXT_PAGE = 200;
const FACETS = ["status", "currency", "tags", "amount", "month"];
const LOOK_AGAIN_MS = 1000;

/** A payment as a search answers it when all fields are asked for. */
export type Hit = PaymentHit &
  Pick<PaymentAnswer, "paymentId" | "amount" | "currency" | "status" | "description" | "version">;

/** All pages of a search that were scrolled to. The latest criteria win: what was asked before is aborted. */
export function usePayments(criteria: Criteria) {
  const api = useApi();
  const queries = useQueryClient();
  return useInfiniteQuery({
    queryKey: ["payments", "pages", criteria],
    queryFn: ({ pageParam, signal }) =>
      api.get<PaymentPage>(
        "/v1/payments",
        {
          ...criteria,
          limit: pageParam ? NEXT_PAGE : FIRST_PAGE,
          cursor: pageParam,
          highlight: criteria.q !== "",
          total: "exact",
        },
        { signal, headers: { "Consistency-Token": tokenFor(queries) } },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Counts for the filters, asked for when the list itself is `shown`. */
export function useFacets(criteria: Criteria, shown: boolean) {
  const api = useApi();
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["payments", "facets", { ...criteria, sort: null }],
    queryFn: async ({ signal }) => {
      const page = await api.get<PaymentPage>(
        "/v1/payments",
        { ...criteria, limit: 1, fields: ["paymentId"], facets: FACETS },
        { signal, headers: { "Consistency-Token": tokenFor(queries) } },
      );
      return page.facets ?? null;
    },
    enabled: shown,
    placeholderData: keepPreviousData,
  });
}

export function useSuggestions(text: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["payments", "suggestions", text],
    queryFn: ({ signal }) => api.get<SuggestionsAnswer>("/v1/payments/suggestions", { q: text, limit: 5 }, { signal }),
    enabled: text.length > 1,
    placeholderData: (previous) => (text.length > 1 ? previous : undefined),
  });
}

/** One payment, asked again each second for as long as a change that is known does not show. */
export function usePayment(paymentId: string) {
  const api = useApi();
  const queries = useQueryClient();
  const write = useWrites()[paymentId];
  return useQuery({
    queryKey: ["payment", paymentId],
    queryFn: async ({ signal }) => {
      const payment = await api.get<PaymentAnswer>(
        `/v1/payments/${encodeURIComponent(paymentId)}`,
        {},
        { signal, headers: { "Consistency-Token": tokenFor(queries, paymentId) } },
      );
      showInLists(queries, payment);
      return payment;
    },
    refetchInterval: ({ state }) => (write && (state.data?.version ?? 0) < write.version ? LOOK_AGAIN_MS : false),
  });
}

/** The payment's events, read where they are written: what they tell that the search does not show yet is shown at once. */
export function useHistory(paymentId: string) {
  const api = useApi();
  const queries = useQueryClient();
  return useQuery({
    queryKey: ["payment", paymentId, "history"],
    queryFn: async ({ signal }) => {
      const history = await api.get<HistoryAnswer>(
        `/v1/payments/${encodeURIComponent(paymentId)}/history`,
        {},
        { signal },
      );
      const latest = history.events.at(-1);
      if (latest) noteSeen(queries, paymentId, latest);
      return history;
    },
  });
}

/** Lists show a payment as it was last seen, without being searched anew. */
function showInLists(queries: QueryClient, seen: PaymentAnswer): void {
  queries.setQueriesData<InfiniteData<PaymentPage>>({ queryKey: ["payments", "pages"] }, (data) => {
    const known = data?.pages.some((page) => page.payments.some((each) => isOlder(each, seen)));
    if (!data || !known) return data;
    const pages = data.pages.map((page) => ({
      ...page,
      payments: page.payments.map((each) => (isOlder(each, seen) ? { ...each, ...seen } : each)),
    }));
    return { ...data, pages };
  });
}

function isOlder(hit: PaymentHit, seen: PaymentAnswer): boolean {
  return hit.paymentId === seen.paymentId && (hit.version ?? 0) < seen.version;
}
