import type { CurrencyRates, StatisticsAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";

interface FiguresProps {
  sales: StatisticsAnswer;
  rates: StatisticsAnswer | undefined;
  currency: string;
}

/** The period in five figures, each against the period before. */
export function Figures({ sales, rates, currency }: FiguresProps) {
  const messages = useMessages().analytics;
  const formats = useFormats();
  const now = sales.currency.find((each) => each.currency === currency);
  const before = sales.previous?.currency.find((each) => each.currency === currency);
  const rateNow = rates?.rates?.find((each) => each.currency === currency);
  const rateBefore = rates?.previous?.rates?.find((each) => each.currency === currency);
  const average = (total: typeof now) => (total?.count ? Number(total.sum) / total.count : null);
  const percent = (rate: string | null | undefined) => (rate ? formats.percent(Number(rate)) : "–");
  const decimals = now?.sum.split(".")[1]?.length ?? 0;
  const mean = average(now);
  return (
    <dl className="figures">
      <FigureOf
        name={messages.revenue}
        value={formats.money(now?.sum ?? "0", currency)}
        now={Number(now?.sum ?? 0)}
        before={Number(before?.sum ?? 0)}
      />
      <FigureOf
        name={messages.count}
        value={formats.number(now?.count ?? 0)}
        now={now?.count ?? 0}
        before={before?.count ?? 0}
      />
      <FigureOf
        name={messages.average}
        value={mean === null ? "–" : formats.money(mean.toFixed(decimals), currency)}
        now={mean}
        before={average(before)}
      />
      <RateOf name={messages.failureRate} rate="failureRate" now={rateNow} before={rateBefore} told={percent} />
      <RateOf name={messages.refundRate} rate="refundRate" now={rateNow} before={rateBefore} told={percent} />
    </dl>
  );
}

function FigureOf({
  name,
  value,
  now,
  before,
}: {
  name: string;
  value: string;
  now: number | null;
  before: number | null;
}) {
  const messages = useMessages().analytics;
  const formats = useFormats();
  const change = now !== null && before ? now / before - 1 : null;
  const kind = change === null || Math.abs(change) < 0.0005 ? "" : change > 0 ? "up" : "down";
  return (
    <div className="card">
      <dt>{name}</dt>
      <dd>
        <span className="value">{value}</span>
        <span className={`change ${kind}`}>
          {change === null ? messages.isNew : kind === "" ? messages.noChange : formats.change(change)}
        </span>
      </dd>
    </div>
  );
}

function RateOf({
  name,
  rate,
  now,
  before,
  told,
}: {
  name: string;
  rate: "failureRate" | "refundRate";
  now: CurrencyRates | undefined;
  before: CurrencyRates | undefined;
  told: (rate: string | null | undefined) => string;
}) {
  const messages = useMessages().analytics;
  return (
    <div className="card">
      <dt>{name}</dt>
      <dd>
        <span className="value">{told(now?.[rate])}</span>
        <span className="change">{before ? messages.versus(told(before[rate])) : messages.isNew}</span>
      </dd>
    </div>
  );
}
