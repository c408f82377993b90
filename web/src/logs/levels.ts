import type { FoundEntry } from "@/api/schema";

export type LogLevel = FoundEntry["level"];

/** From the worst on, as the API names them. */
export const LEVELS: readonly LogLevel[] = ["fatal", "error", "warn", "info", "debug", "trace"];

/** From the worst on; what is drawn in one colour stands together. */
export const LEVEL_COLORS: readonly {
  levels: readonly LogLevel[];
  color: string;
  name: "errors" | "warnings" | "rest";
}[] = [
  { levels: ["fatal", "error"], color: "--chart-3", name: "errors" },
  { levels: ["warn"], color: "--chart-5", name: "warnings" },
  { levels: ["info", "debug", "trace"], color: "--chart-1", name: "rest" },
];
