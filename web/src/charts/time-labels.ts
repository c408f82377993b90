import type { Formats } from "@/i18n/format";

const DAY_MS = 86_400_000;

/** Instants as an axis tells them, no longer than it takes to tell them apart, and in full for who points at one. */
export function timeLabels(instants: readonly string[], formats: Formats): { labels: string[]; axisLabels: string[] } {
  const [first = "", second = ""] = instants;
  const span = Date.parse(instants.at(-1) ?? first) - Date.parse(first);
  if (Date.parse(second) - Date.parse(first) >= DAY_MS) {
    const days = instants.map(formats.day);
    return { labels: days, axisLabels: days };
  }
  const labels = instants.map(formats.minute);
  return { labels, axisLabels: span <= DAY_MS ? instants.map(formats.clock) : labels };
}
