import type { Interval } from "@/api/schema";

export const PRESETS = ["30d", "90d", "12m", "all"] as const;
export type Preset = (typeof PRESETS)[number];

/** What is looked at: whole days in UTC, as the search of payments counts them. */
export interface Period {
  from: string;
  to: string;
  interval: Interval;
}

const DAY_MS = 86_400_000;
/** Few enough that each step may be asked for by itself. */
export const MOST_RATES = 31;

/** The days of a preset that ends at `last`; `first` is the first day that there is anything. */
export function periodOf(preset: Preset, first: string, last: string): Period {
  switch (preset) {
    case "30d":
      return { from: daysBefore(last, 29), to: last, interval: "day" };
    case "90d":
      return { from: daysBefore(last, 89), to: last, interval: "week" };
    case "12m":
      return { from: startOfMonth(last, 11), to: last, interval: "month" };
    case "all":
      return { from: first, to: last, interval: days(first, last) > 900 ? "quarter" : "month" };
  }
}

/** The last day of the newest month with payments, or today if that is earlier. */
export function lastDayWith(months: readonly string[], today: string): string {
  const newest = [...months].sort().at(-1);
  if (!newest) return today;
  const [year = 0, month = 1] = newest.split("-").map(Number);
  const end = iso(Date.UTC(year, month, 0));
  return end < today ? end : today;
}

/** First and last day of each step of a series, given the instants at which they start. */
export function stepDays(starts: readonly string[], to: string): { from: string; to: string }[] {
  return starts.map((start, index) => {
    const next = starts[index + 1];
    return { from: start.slice(0, 10), to: next ? daysBefore(next.slice(0, 10), 1) : to };
  });
}

export function isInterval(value: string | null): value is Interval {
  return ["hour", "day", "week", "month", "quarter", "year"].includes(value ?? "");
}

function startOfMonth(day: string, monthsBefore: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  return iso(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - monthsBefore, 1));
}

function daysBefore(day: string, count: number): string {
  return iso(Date.parse(day) - count * DAY_MS);
}

function days(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS;
}

function iso(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
