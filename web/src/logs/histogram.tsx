import { useMemo } from "react";
import type { LogHistogram } from "@/api/schema";
import { Chart, type Line } from "@/charts/chart";
import { timeLabels } from "@/charts/time-labels";
import { useFormats, useMessages } from "@/i18n/locale";
import { LEVEL_COLORS } from "./levels";
import { mergedSteps } from "./steps";

/** How many entries came when; mark a part of it to look closer. */
export function Histogram({
  histogram,
  onBrush,
}: {
  histogram: LogHistogram;
  onBrush: (from: string, to: string) => void;
}) {
  const messages = useMessages().logs;
  const formats = useFormats();
  const { levels } = histogram;
  const steps = useMemo(() => mergedSteps(histogram.steps), [histogram]);
  const times = useMemo(
    () =>
      timeLabels(
        steps.map((step) => step.start),
        formats,
      ),
    [steps, formats],
  );
  // Bars over bars: the worst in front, each as high as itself and those that are worse.
  const lines = useMemo<Line[]>(
    () =>
      LEVEL_COLORS.map((each, index) => ({
        label: messages.levels[each.name],
        color: each.color,
        kind: "bars" as const,
        values: steps.map((step) =>
          LEVEL_COLORS.slice(0, index + 1)
            .flatMap((group) => group.levels)
            .reduce((sum, level) => sum + (step.levels[level] ?? 0), 0),
        ),
      })).reverse(),
    [steps, messages],
  );
  const brush = (first: number, last: number) => {
    const from = steps[Math.min(first, last)]?.start;
    const to = steps[Math.max(first, last) + 1]?.start ?? histogram.asOf;
    if (from) onBrush(from, to);
  };
  return (
    <section className="card" aria-label={messages.histogram}>
      <p className="visually-hidden">
        {LEVEL_COLORS.flatMap((each) => each.levels)
          .filter((level) => levels[level])
          .map((level) => `${level}: ${formats.number(levels[level] ?? 0)}`)
          .join(", ")}
      </p>
      <Chart
        {...times}
        lines={lines}
        format={formats.number}
        formatAxis={formats.number}
        onBrush={brush}
        height={140}
      />
      <p className="muted">{messages.brushHint}</p>
    </section>
  );
}
