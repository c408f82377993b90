import { useMemo } from "react";
import { useLocation } from "wouter";
import type { Interval, StatisticsAnswer, StepTotal } from "@/api/schema";
import type { Line } from "@/charts/chart";
import type { Formats } from "@/i18n/format";
import { useFormats, useMessages } from "@/i18n/locale";
import { ChartCard } from "./chart-card";
import { PAID, useRatesOverTime } from "./data";
import { MOST_RATES, type Period, stepDays } from "./period";

interface ChartsProps {
  sales: StatisticsAnswer;
  period: Period;
  currency: string;
}

/** Revenue, count and rates, step by step; each step leads to its payments. */
export function Charts({ sales, period, currency }: ChartsProps) {
  const messages = useMessages().analytics;
  const formats = useFormats();
  const [, navigate] = useLocation();
  const steps = useMemo(() => ofCurrency(sales.series, currency), [sales, currency]);
  const before = useMemo(() => ofCurrency(sales.previous?.series, currency), [sales, currency]);
  const starts = useMemo(() => steps.map((step) => step.start), [steps]);
  const rates = useRatesOverTime(starts, period.to, currency).data;
  const labels = useMemo(
    () => starts.map((start) => labelOf(start, period.interval, formats)),
    [starts, period, formats],
  );
  const hrefs = useMemo(
    () => stepDays(starts, period.to).map((step) => paymentsOf(step, currency)),
    [starts, period, currency],
  );

  const revenue = useLines(messages.revenue, messages.before, steps, before, sumOf);
  const count = useLines(messages.count, messages.before, steps, before, countOf);
  const rateLines = useMemo<Line[]>(
    () =>
      (["failureRate", "refundRate"] as const).map((rate, index) => ({
        label: messages[rate],
        color: index === 0 ? "--chart-3" : "--chart-4",
        kind: "line",
        values: (rates ?? []).map((each) => (each?.[rate] ? Number(each[rate]) : null)),
      })),
    [rates, messages],
  );
  const shared = { labels, hrefs, onChoose: (index: number) => navigate(hrefs[index] ?? "/payments") };
  const money = (value: number) => formats.shortMoney(value, currency);

  return (
    <>
      <ChartCard
        name="revenue"
        title={messages.revenue}
        lines={revenue}
        format={(value) => formats.money(String(value), currency)}
        formatAxis={money}
        height={260}
        {...shared}
      />
      <div className="details">
        <ChartCard
          name="count"
          title={messages.count}
          lines={count}
          format={formats.number}
          formatAxis={formats.number}
          {...shared}
        />
        {starts.length > MOST_RATES ? (
          <section className="card chart-card">
            <h2>{messages.rates}</h2>
            <p className="muted">{messages.tooManySteps(formats.number(MOST_RATES))}</p>
          </section>
        ) : (
          <ChartCard
            name="rates"
            title={messages.rates}
            lines={rateLines}
            format={formats.percent}
            formatAxis={formats.percent}
            {...shared}
          />
        )}
      </div>
      <p className="muted">{messages.clickHint}</p>
    </>
  );
}

const sumOf = (step: StepTotal) => Number(step.sum);
const countOf = (step: StepTotal) => step.count;

function useLines(
  label: string,
  beforeLabel: string,
  steps: readonly StepTotal[],
  before: readonly StepTotal[],
  measure: (step: StepTotal) => number,
): Line[] {
  return useMemo(
    () => [
      { label, kind: "bars", color: "--chart-1", values: steps.map(measure) },
      {
        label: beforeLabel,
        kind: "line",
        color: "--chart-2",
        values: steps.map((_, index) => (before[index] ? measure(before[index]) : null)),
      },
    ],
    [label, beforeLabel, steps, before, measure],
  );
}

function ofCurrency(series: readonly StepTotal[] | null | undefined, currency: string): StepTotal[] {
  return (series ?? []).filter((step) => step.currency === currency);
}

function labelOf(start: string, interval: Interval, formats: Formats): string {
  if (interval === "year") return start.slice(0, 4);
  return interval === "month" || interval === "quarter" ? formats.month(start.slice(0, 7)) : formats.day(start);
}

function paymentsOf(step: { from: string; to: string }, currency: string): string {
  const parameters = new URLSearchParams({ ...step, currency });
  for (const status of PAID) parameters.append("status", status);
  return `/payments?${parameters}`;
}
