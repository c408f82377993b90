import { QueryClient } from "@tanstack/react-query";
import { ApiProblem } from "./problem";

const RETRIES = 2;

/** The data library's settings: what may pass later is tried again, what was refused is not. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        refetchOnWindowFocus: true,
        retry: (failures, error) => failures < RETRIES && error instanceof ApiProblem && error.passing,
        retryDelay: (failures) => 400 * 2 ** failures,
      },
    },
  });
}
