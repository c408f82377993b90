import { ChartColumn } from "lucide-react";
import { useMemo } from "react";
import { useLocation, useSearch } from "wouter";
import type { StatisticsAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { Empty, ProblemNotice, Skeleton } from "@/ui/notice";
import { Charts } from "./charts";
import { Controls } from "./controls";
import { Currencies } from "./currencies";
import { useExtent, useRates, useSales } from "./data";
import { Figures } from "./figures";
import { isInterval, lastDayWith, type Period, PRESETS, periodOf } from "./period";
import "@/charts/cards.css";
import "./analytics.css";

/** Money over time, by currency, against the period before; all of it in the address. */
export function AnalyticsPage() {
  const messages = useMessages().analytics;
  const [, navigate] = useLocation();
  const search = useSearch();
  const extent = useExtent();
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const chosen = useChosen(parameters, extent.data);
  const sales = useSales(chosen?.period ?? null, chosen?.currency ?? "");
  const rates = useRates(chosen?.period ?? null);

  const go = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(changes)) value === null ? next.delete(name) : next.set(name, value);
    navigate(`/analytics?${next}`);
  };
  return (
    <div className="page wide">
      <header className="page-head">
        <h1>{messages.title}</h1>
        {chosen && (
          <Controls
            {...chosen}
            currencies={extent.data?.currencies ?? []}
            onPreset={(preset) => go({ period: preset, from: null, to: null, interval: null })}
            onPeriod={(part) => go({ ...chosen.period, ...part, period: null })}
            onCurrency={(currency) => go({ currency })}
          />
        )}
      </header>
      {extent.isError && <ProblemNotice error={extent.error} onRetry={() => void extent.refetch()} />}
      {sales.isError && <ProblemNotice error={sales.error} onRetry={() => void sales.refetch()} />}
      {extent.data && !chosen && <Nothing />}
      {(extent.isPending || (chosen && sales.isPending)) && <Skeleton height={420} />}
      {chosen && sales.data && (
        <>
          <Figures sales={sales.data} rates={rates.data} currency={chosen.currency} />
          <Charts sales={sales.data} period={chosen.period} currency={chosen.currency} />
          <Currencies
            period={chosen.period}
            rates={rates.data}
            chosen={chosen.currency}
            onChoose={(currency) => go({ currency })}
          />
          <Details sales={sales.data} currency={chosen.currency} />
        </>
      )}
    </div>
  );
}

/** What the address says, and for the rest the usual: twelve months, in the most used currency. */
function useChosen(parameters: URLSearchParams, extent: { currencies: string[]; months: string[] } | undefined) {
  return useMemo(() => {
    const currency = parameters.get("currency") ?? extent?.currencies[0];
    if (!extent || !currency) return null;
    const [from, to, interval] = ["from", "to", "interval"].map((name) => parameters.get(name));
    if (from && to && isInterval(interval ?? null)) {
      return { period: { from, to, interval } as Period, preset: null, currency };
    }
    const preset = PRESETS.find((each) => each === parameters.get("period")) ?? "12m";
    const last = lastDayWith(extent.months, new Date().toISOString().slice(0, 10));
    const first = `${[...extent.months].sort()[0] ?? last.slice(0, 7)}-01`;
    return { period: periodOf(preset, first, last), preset, currency };
  }, [parameters, extent]);
}

function Details({ sales, currency }: { sales: StatisticsAnswer; currency: string }) {
  const messages = useMessages().analytics;
  const formats = useFormats();
  const percentiles = sales.percentiles?.find((each) => each.currency === currency);
  const users = sales.topUsers?.filter((each) => each.currency === currency) ?? [];
  return (
    <div className="details">
      {percentiles && (
        <section className="card">
          <h2>{messages.percentiles}</h2>
          <dl className="pairs">
            {(["p50", "p90", "p95", "p99"] as const).map((each) => (
              <div key={each}>
                <dt>{messages.percentile(each.slice(1))}</dt>
                <dd>{formats.money(percentiles[each], currency)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {users.length > 0 && (
        <section className="card">
          <h2>{messages.topCustomers}</h2>
          <dl className="pairs">
            {users.slice(0, 5).map((user) => (
              <div key={user.userId}>
                <dt>
                  <bdi>{user.userId}</bdi>
                </dt>
                <dd>{formats.money(user.sum, currency)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </div>
  );
}

function Nothing() {
  const messages = useMessages().analytics;
  return (
    <Empty icon={<ChartColumn size={28} aria-hidden />} title={messages.nothing}>
      {messages.nothingHint}
    </Empty>
  );
}
