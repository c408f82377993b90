import { useMemo, useState } from "react";
import type { FreshnessAnswer, Progress } from "@/api/schema";
import { Chart, type Line } from "@/charts/chart";
import { useFormats, useMessages } from "@/i18n/locale";

const KEPT = 240;

interface Seen {
  at: string;
  latest: number | null;
}

/** The lag from commit to index, now and since the page was opened. */
export function Lag({ freshness }: { freshness: FreshnessAnswer }) {
  const messages = useMessages().operations;
  const formats = useFormats();
  const seen = useSeen(freshness);
  const labels = useMemo(() => seen.map((each) => formats.time(each.at)), [seen, formats]);
  const lines = useMemo<Line[]>(
    () => [{ label: messages.everyone, kind: "line", color: "--chart-1", values: seen.map((each) => each.latest) }],
    [seen, messages],
  );
  if (!freshness.projection) return null;
  return (
    <section className="card stack" aria-label={messages.lag}>
      <h2>{messages.lag}</h2>
      <div className="lags">
        <Summary title={messages.everyone} progress={freshness.projection.everyone} />
        <Summary title={messages.ours} progress={freshness.projection.organization} />
      </div>
      <h3>{messages.lagOverTime}</h3>
      <Chart labels={labels} lines={lines} format={formats.duration} formatAxis={formats.duration} height={140} />
    </section>
  );
}

/** What was measured since the page was opened, the latest last. */
function useSeen({ asOf, projection }: FreshnessAnswer): readonly Seen[] {
  const [seen, setSeen] = useState<readonly Seen[]>([]);
  if (seen.at(-1)?.at !== asOf) {
    setSeen([...seen.slice(1 - KEPT), { at: asOf, latest: projection?.everyone.lagMs?.latest ?? null }]);
  }
  return seen;
}

function Summary({ title, progress }: { title: string; progress: Progress }) {
  const messages = useMessages().operations;
  const formats = useFormats();
  const { lagMs, lastEventMs } = progress;
  return (
    <div>
      <h3>{title}</h3>
      <dl className="lag">
        {(["latest", "p50", "p95", "p99"] as const).map((each) => (
          <div key={each}>
            <dt>{each === "latest" ? messages.latest : each}</dt>
            <dd>{lagMs ? formats.duration(lagMs[each]) : "–"}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">
        {lagMs && messages.overEvents(formats.number(lagMs.events))}
        {lastEventMs !== null && ` · ${messages.newest(formats.duration(lastEventMs))}`}
      </p>
    </div>
  );
}
