import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { NamesAnswer, SeriesAnswer } from "@/api/schema";
import { useApi } from "@/session/session";
import type { Panel } from "./dashboard";

const EVERY_MS = 30_000;

export function useNames() {
  const api = useApi();
  return useQuery({
    queryKey: ["metrics", "names"],
    queryFn: async ({ signal }) => (await api.get<NamesAnswer>("/v1/metrics/names", {}, { signal })).names,
  });
}

export function useSeries({ name, function: aggregate, groupBy, q }: Panel, hours: number) {
  const api = useApi();
  return useQuery({
    queryKey: ["metrics", "series", name, aggregate, groupBy, q, hours],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - hours * 3_600_000).toISOString();
      const query = { name, function: aggregate, groupBy, q, from };
      return api.get<SeriesAnswer>("/v1/metrics/series", query, { signal });
    },
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}
