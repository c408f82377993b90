import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ExportAnswer, ExportsAnswer, Format } from "@/api/schema";
import { useApi } from "@/session/session";
import { asBody, type Criteria } from "../criteria";

const KEY = ["exports"];
const LOOK_AGAIN_MS = 1000;

/** The caller's newest exports, asked again while one is being written. */
export function useExports() {
  const api = useApi();
  return useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await api.get<ExportsAnswer>("/v1/exports", {}, { signal })).exports,
    refetchInterval: ({ state }) => (state.data?.some(isUnderWay) ? LOOK_AGAIN_MS : false),
  });
}

export function useStartExport() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ criteria, format }: { criteria: Criteria; format: Format }) => {
      // An export has no best match first: it says what is first by itself.
      const { sort, ...query } = asBody(criteria);
      const order = sort === "-score" ? {} : { sort };
      return api.call<ExportAnswer>("/v1/exports", { method: "POST", body: { ...query, ...order, format } });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: KEY }),
  });
}

/** A link is good for 15 minutes: ask for it when it is used. */
export function useDownload() {
  const api = useApi();
  return useMutation({
    mutationFn: async (exportId: string) => {
      const { link } = await api.get<ExportAnswer>(`/v1/exports/${exportId}`);
      if (link) location.assign(link);
    },
  });
}

export function isUnderWay({ status }: ExportAnswer): boolean {
  return status === "queued" || status === "running";
}
