import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { SearchAnswer, SearchesAnswer } from "@/api/schema";
import { useApi } from "@/session/session";
import { asBody, type Criteria } from "../criteria";

const KEY = ["searches"];

export function useSearches() {
  const api = useApi();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await api.get<SearchesAnswer>("/v1/searches", {}, { signal })).searches,
  });
}

export interface NewSearch {
  name: string;
  criteria: Criteria;
  shared: boolean;
  alert: boolean;
}

export function useSaveSearch() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ name, criteria, shared, alert }: NewSearch) =>
      api.call<SearchAnswer>("/v1/searches", {
        method: "POST",
        body: { name, query: asBody(criteria), shared, alert },
      }),
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
