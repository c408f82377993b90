import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SearchAnswer, SearchBody, SearchesAnswer, ThresholdBody } from "@/api/schema";
import { useApi } from "@/session/session";

const KEY = ["searches"];

/** When an alert of logs tells, unless another threshold is chosen. */
export const usualThreshold: ThresholdBody = { count: 1, windowMinutes: 5 };

export type Context = SearchAnswer["context"];
/** A search as the API keeps it: the parameters of its context. */
export type SavedQuery = Readonly<Record<string, unknown>>;

interface NewSearch extends Omit<SearchBody, "query"> {
  query: SavedQuery;
}

/** The caller's own and the shared ones, of one context. */
export function useSearches(context: Context) {
  const api = useApi();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await api.get<SearchesAnswer>("/v1/searches", {}, { signal })).searches,
    select: (searches) => searches.filter((each) => each.context === context),
  });
}

export function useSaveSearch() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (search: NewSearch) => api.call<SearchAnswer>("/v1/searches", { method: "POST", body: search }),
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** Switches the alert of a search on or off, unless somebody else changed the search meanwhile. */
export function useSwitchAlert() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ searchId, version, name, context, query, shared, alert, threshold }: SearchAnswer) => {
      const on = !alert;
      const counts = on && context === "logs" ? (threshold ?? usualThreshold) : null;
      const body: NewSearch = { name, context, query, shared, alert: on, threshold: counts };
      return api.call(`/v1/searches/${searchId}`, { method: "PUT", body, headers: { "If-Match": `"${version}"` } });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

export function useDeleteSearch() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ searchId, version }: SearchAnswer) =>
      api.call(`/v1/searches/${searchId}`, { method: "DELETE", headers: { "If-Match": `"${version}"` } }),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
