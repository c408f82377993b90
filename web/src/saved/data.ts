import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SearchAnswer, SearchBody, SearchesAnswer } from "@/api/schema";
import { useApi } from "@/session/session";

const KEY = ["searches"];

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

export function useDeleteSearch() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ searchId, version }: SearchAnswer) =>
      api.call(`/v1/searches/${searchId}`, { method: "DELETE", headers: { "If-Match": `"${version}"` } }),
    onSettled: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}
