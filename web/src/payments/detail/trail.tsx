import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Link } from "wouter";
import type { TraceAnswer, TracedMetric } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { Entries } from "@/logs/entries";
import { useApi } from "@/session/session";
import { ProblemNotice, Skeleton } from "@/ui/notice";
import "@/logs/logs.css";

/** What the request of an event left behind, fetched when it is asked for: its log entries, and metrics of that time. */
export function Trail({ correlationId }: { correlationId: string }) {
  const messages = useMessages().payment;
  const [open, setOpen] = useState(false);
  return (
    <details className="trail" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        {messages.trail} <span className="muted mono">{correlationId}</span>
      </summary>
      {open && <Traced correlationId={correlationId} />}
    </details>
  );
}

function Traced({ correlationId }: { correlationId: string }) {
  const messages = useMessages().payment;
  const api = useApi();
  const trace = useQuery({
    queryKey: ["trace", correlationId],
    queryFn: ({ signal }) => api.get<TraceAnswer>(`/v1/trace/${encodeURIComponent(correlationId)}`, {}, { signal }),
  });
  if (trace.isError) return <ProblemNotice error={trace.error} onRetry={() => void trace.refetch()} />;
  if (!trace.data) return <Skeleton height={40} />;
  const { logs, metrics } = trace.data;
  return (
    <>
      {logs.length === 0 ? <p className="muted">{messages.noLogs}</p> : <Entries entries={logs} />}
      {metrics.length > 0 && <Metrics metrics={metrics} />}
      <Link href={`/logs?${new URLSearchParams({ q: `correlation:"${correlationId}"`, span: "30d" })}`}>
        {messages.openLogs}
      </Link>
    </>
  );
}

function Metrics({ metrics }: { metrics: readonly TracedMetric[] }) {
  const messages = useMessages().payment;
  const formats = useFormats();
  return (
    <>
      <h4>{messages.metricsAround}</h4>
      <dl className="facts">
        {metrics.map(({ name, type, unit, count, sum, max }) => (
          <div key={name + unit}>
            <dt>{name}</dt>
            <dd>
              {type === "counter" || max === null || count === 0
                ? `${formats.short(sum)} ${unit}`
                : messages.onAverage(formats.short(sum / count), formats.short(max), unit)}
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
