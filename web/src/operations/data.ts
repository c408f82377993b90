import { useQuery } from "@tanstack/react-query";
import type { FreshnessAnswer, HealthAnswer, OperationsAnswer } from "@/api/schema";
import { useApi, useMay } from "@/session/session";

const EVERY_MS = 5000;

export function useHealth() {
  const api = useApi();
  return useQuery({
    queryKey: ["operations", "health"],
    queryFn: ({ signal }) => api.get<HealthAnswer>("/v1/health", {}, { signal }),
    refetchInterval: EVERY_MS,
    retry: false,
  });
}

/** For admins only: the API tells nobody else. */
export function useFreshness() {
  const api = useApi();
  const isAdmin = useMay("admin");
  return useQuery({
    queryKey: ["operations", "freshness"],
    queryFn: ({ signal }) => api.get<FreshnessAnswer>("/v1/freshness", {}, { signal }),
    refetchInterval: EVERY_MS,
    retry: false,
    enabled: isAdmin,
  });
}

/** What the latest reconciliation found, and how far a rebuild is; for admins only, too. */
export function useSides() {
  const api = useApi();
  const isAdmin = useMay("admin");
  return useQuery({
    queryKey: ["operations", "sides"],
    queryFn: ({ signal }) => api.get<OperationsAnswer>("/v1/operations", {}, { signal }),
    refetchInterval: EVERY_MS,
    retry: false,
    enabled: isAdmin,
  });
}
