import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { DashboardAnswer, DashboardBody, DashboardsAnswer, NamesAnswer, SeriesAnswer } from "@/api/schema";
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

export function useSeries({ name, function: aggregate, groupBy, q, interval }: Panel, hours: number) {
  const api = useApi();
  return useQuery({
    queryKey: ["metrics", "series", name, aggregate, groupBy, q, interval, hours],
    queryFn: ({ signal }) => {
      const from = new Date(Date.now() - hours * 3_600_000).toISOString();
      const query = { name, function: aggregate, groupBy, q, interval, from };
      return api.get<SeriesAnswer>("/v1/metrics/series", query, { signal });
    },
    refetchInterval: EVERY_MS,
    placeholderData: keepPreviousData,
  });
}

const DASHBOARDS = ["metrics", "dashboards"];

/** Those of the organization. */
export function useDashboards() {
  const api = useApi();
  return useQuery({
    queryKey: DASHBOARDS,
    queryFn: async ({ signal }) => (await api.get<DashboardsAnswer>("/v1/dashboards", {}, { signal })).dashboards,
  });
}

/** One of them; null asks for none. */
export function useDashboard(dashboardId: string | null) {
  const api = useApi();
  return useQuery({
    queryKey: [...DASHBOARDS, dashboardId],
    queryFn: ({ signal }) =>
      api.get<DashboardAnswer>(`/v1/dashboards/${encodeURIComponent(dashboardId ?? "")}`, {}, { signal }),
    enabled: dashboardId !== null,
  });
}

/** Keeps a new one, or a change of `kept` unless somebody else changed it meanwhile. */
export function useSaveDashboard(kept: DashboardAnswer | null) {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async (body: DashboardBody) => {
      const call = kept
        ? { method: "PUT" as const, body, headers: { "If-Match": `"${kept.version}"` } }
        : { method: "POST" as const, body };
      return (await api.call<DashboardAnswer>(`/v1/dashboards${kept ? `/${kept.dashboardId}` : ""}`, call)).body;
    },
    onSuccess: (saved) => {
      queries.setQueryData([...DASHBOARDS, saved.dashboardId], saved);
      return queries.invalidateQueries({ queryKey: DASHBOARDS, exact: true });
    },
  });
}

export function useDeleteDashboard() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ dashboardId, version }: DashboardAnswer) =>
      api.call(`/v1/dashboards/${dashboardId}`, { method: "DELETE", headers: { "If-Match": `"${version}"` } }),
    onSettled: () => queries.invalidateQueries({ queryKey: DASHBOARDS, exact: true }),
  });
}
