import type { AmountCount, Count } from "@/api/schema";

/** The steps from `min` to `max`, as the first and the last of the facet's; without either, to the end of them. */
export function amountSteps(steps: readonly AmountCount[], min: string, max: string): [number, number] {
  const first = min ? steps.findIndex((step) => step.to === null || Number(step.to) > Number(min)) : 0;
  const last = max
    ? steps.findLastIndex((step) => step.from === null || Number(step.from) < Number(max))
    : steps.length - 1;
  return [Math.max(0, first), Math.max(first, last, 0)];
}

export function monthSteps(months: readonly Count[], from: string, to: string): [number, number] {
  const first = from ? months.findIndex((month) => month.value >= from.slice(0, 7)) : 0;
  const last = to ? months.findLastIndex((month) => month.value <= to.slice(0, 7)) : months.length - 1;
  return [Math.max(0, first), Math.max(first, last, 0)];
}

/** The last day of a month such as 2011-02. */
export function lastDay(month: string): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return `${month}-${new Date(Date.UTC(year, number, 0)).getUTCDate()}`;
}
