import type { Last } from "@/api/schema";

/** How far back logs and metrics are looked at, in hours; the names are the API's. */
export const SPANS: Readonly<Record<Last, number>> = { "1h": 1, "6h": 6, "1d": 24, "7d": 168, "30d": 720 };

export function spanOf(parameters: URLSearchParams): Last {
  const span = parameters.get("span");
  return span !== null && span in SPANS ? (span as Last) : "1d";
}
