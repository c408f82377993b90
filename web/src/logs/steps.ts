import type { LogStep } from "@/api/schema";

/** As many bars as one can tell apart: neighbours are put together where there are more steps. */
const MOST_BARS = 120;

export function mergedSteps(steps: readonly LogStep[]): LogStep[] {
  const size = Math.ceil(steps.length / MOST_BARS);
  return steps
    .filter((_, index) => index % size === 0)
    .map((first, index) => merged(first, steps.slice(index * size, (index + 1) * size)));
}

function merged({ start }: LogStep, steps: readonly LogStep[]): LogStep {
  const levels: Record<string, number> = {};
  for (const step of steps) {
    for (const [level, count] of Object.entries(step.levels)) levels[level] = (levels[level] ?? 0) + count;
  }
  return { start, count: steps.reduce((sum, step) => sum + step.count, 0), levels };
}
