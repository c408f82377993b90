import { Pause, Play, ScrollText } from "lucide-react";
import { useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useFormats, useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Empty, ProblemNotice, Skeleton } from "@/ui/notice";
import { QueryBox } from "@/ui/query-box";
import { Segments } from "@/ui/segments";
import { SPANS, spanOf } from "@/ui/spans";
import { type LogCriteria, useEntries, useHistogram, usePatterns, useTail } from "./data";
import { Entries } from "./entries";
import { Histogram } from "./histogram";
import { Patterns } from "./patterns";
import "./logs.css";

/** The organization's log entries: found, counted, grouped, or followed as they come. */
export function LogsPage() {
  const { logs: messages, common } = useMessages();
  const [, navigate] = useLocation();
  const parameters = new URLSearchParams(useSearch());
  const [following, setFollowing] = useState(false);
  const view = parameters.get("view") === "patterns" ? "patterns" : "entries";
  const criteria = useCriteria(parameters);
  const tail = useTail(criteria.q, following);

  const go = (changes: Record<string, string | null>) => {
    const next = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    navigate(`/logs?${next}`);
  };
  const histogram = useHistogram(criteria);
  return (
    <div className="page logs">
      <header className="page-head">
        <h1>{messages.title}</h1>
        <div className="row">
          <Segments
            label={common.span}
            value={parameters.get("from") ? null : spanOf(parameters)}
            options={common.spans}
            onChoose={(span) => go({ span, from: null, to: null })}
          />
        </div>
      </header>
      <QueryBox
        q={criteria.q}
        label={messages.search}
        placeholder={messages.placeholder}
        error={histogram.error}
        onChange={(q) => go({ q })}
      />
      {histogram.data && <Histogram histogram={histogram.data} onBrush={(from, to) => go({ from, to, span: null })} />}
      <div className="row spread">
        <Segments
          label={messages.view}
          value={view}
          options={messages.views}
          onChoose={(chosen) => go({ view: chosen === "entries" ? null : chosen })}
        />
        <Button aria-pressed={following} onClick={() => setFollowing((on) => !on)}>
          {following ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          {following ? messages.stop : messages.follow}
        </Button>
      </div>
      {following ? (
        <section aria-label={messages.tail} aria-live="polite">
          <Entries entries={tail} />
          {tail.length === 0 && <p className="muted">{messages.waiting}</p>}
        </section>
      ) : view === "patterns" ? (
        <PatternsView criteria={criteria} onChoose={(q) => go({ q, view: null })} />
      ) : (
        <Found criteria={criteria} />
      )}
    </div>
  );
}

function Found({ criteria }: { criteria: LogCriteria }) {
  const messages = useMessages().logs;
  const formats = useFormats();
  const pages = useEntries(criteria);
  const first = pages.data?.pages[0];
  if (pages.isPending) return <Skeleton height={300} />;
  if (pages.isError && !first) return <ProblemNotice error={pages.error} onRetry={() => void pages.refetch()} />;
  if (!first || first.entries.length === 0) {
    return (
      <Empty icon={<ScrollText size={28} aria-hidden />} title={messages.nothing}>
        {messages.nothingHint}
      </Empty>
    );
  }
  return (
    <section aria-label={messages.views.entries}>
      <p className="muted">
        {messages.total(`${first.totalRelation === "gte" ? "≥ " : ""}${formats.number(first.total)}`, first.total)}
      </p>
      <Entries entries={pages.data?.pages.flatMap((page) => page.entries) ?? []} />
      {pages.hasNextPage && (
        <Button disabled={pages.isFetching} onClick={() => void pages.fetchNextPage()}>
          {messages.more}
        </Button>
      )}
    </section>
  );
}

function PatternsView({ criteria, onChoose }: { criteria: LogCriteria; onChoose: (q: string) => void }) {
  const patterns = usePatterns(criteria, true);
  if (patterns.isPending) return <Skeleton height={300} />;
  if (patterns.isError) return <ProblemNotice error={patterns.error} onRetry={() => void patterns.refetch()} />;
  return <Patterns patterns={patterns.data} onChoose={onChoose} />;
}

function useCriteria(parameters: URLSearchParams): LogCriteria {
  const [q, from, to] = ["q", "from", "to"].map((name) => parameters.get(name) ?? "");
  const hours = SPANS[spanOf(parameters)];
  return useMemo(() => {
    if (from) return { q: q ?? "", from, to: to ?? "" };
    // On whole minutes, so that the same question has the same words, and an answer from the cache.
    const minute = Math.floor(Date.now() / 60_000) * 60_000;
    return { q: q ?? "", from: new Date(minute - hours * 3_600_000).toISOString(), to: "" };
  }, [q, from, to, hours]);
}
