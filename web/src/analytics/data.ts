import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { CurrencyRates, PaymentPage, StatisticsAnswer } from "@/api/schema";
import { useApi } from "@/session/session";
import { MOST_RATES, type Period, stepDays } from "./period";

/** Money that came in: neither what failed nor what is still only asked for. */
export const PAID = ["completed", "partially_refunded", "refunded"];

/** The currencies there are, the most used one first, and the months with payments. */
export function useExtent() {
  const api = useApi();
  return useQuery({
    queryKey: ["analytics", "extent"],
    queryFn: async ({ signal }) => {
      const query = { limit: 1, fields: ["paymentId"], facets: ["currency", "month"] };
      const { facets } = await api.get<PaymentPage>("/v1/payments", query, { signal });
      return {
        currencies: (facets?.currency ?? []).map((each) => each.value),
        months: (facets?.month ?? []).map((each) => each.value),
      };
    },
  });
}

export function useSales(period: Period | null, currency: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["analytics", "sales", period, currency],
    queryFn: ({ signal }) =>
      api.get<StatisticsAnswer>(
        "/v1/payments/statistics",
        { ...period, currency, status: PAID, compare: "previous", include: ["percentiles", "topUsers"] },
        { signal },
      ),
    enabled: period !== null && currency !== "",
    placeholderData: keepPreviousData,
  });
}

/** What came in by currency, each by itself. */
export function useTotals(period: Period | null) {
  const api = useApi();
  return useQuery({
    queryKey: ["analytics", "totals", period],
    queryFn: ({ signal }) =>
      api.get<StatisticsAnswer>(
        "/v1/payments/statistics",
        { from: period?.from, to: period?.to, status: PAID, compare: "previous" },
        { signal },
      ),
    enabled: period !== null,
    placeholderData: keepPreviousData,
  });
}

/** How payments of each currency ended. */
export function useRates(period: Period | null) {
  const api = useApi();
  return useQuery({
    queryKey: ["analytics", "rates", period],
    queryFn: ({ signal }) =>
      api.get<StatisticsAnswer>(
        "/v1/payments/statistics",
        { from: period?.from, to: period?.to, include: "rates", compare: "previous" },
        { signal },
      ),
    enabled: period !== null,
    placeholderData: keepPreviousData,
  });
}

/** The rates of each step. The API tells them for a whole period only, so each step is asked for by itself. */
export function useRatesOverTime(starts: readonly string[], to: string, currency: string) {
  const api = useApi();
  return useQuery({
    queryKey: ["analytics", "rates", "steps", starts, to, currency],
    queryFn: ({ signal }) =>
      Promise.all(
        stepDays(starts, to).map(async (step): Promise<CurrencyRates | null> => {
          const query = { ...step, currency, include: "rates" };
          const { rates } = await api.get<StatisticsAnswer>("/v1/payments/statistics", query, { signal });
          return rates?.find((each) => each.currency === currency) ?? null;
        }),
      ),
    enabled: starts.length > 0 && starts.length <= MOST_RATES,
    placeholderData: keepPreviousData,
  });
}
