import { Pause, Play, RefreshCw, ScrollText, X } from "lucide-react";
import { useCallback, useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { LogHit, LogPage } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { SavedSearches } from "@/saved/saved-searches";
import { complete } from "@/search/completion";
import { toggleCondition } from "@/search/conditions";
import { isMisread, useReadable } from "@/search/misread";
import { SearchBox } from "@/search/search-box";
import { useKeys } from "@/shell/keys";
import { Button, IconButton } from "@/ui/button";
import { Empty, ProblemNotice, Skeleton } from "@/ui/notice";
import { Segments } from "@/ui/segments";
import { spanOf } from "@/ui/spans";
import { readCriteria, writeCriteria } from "./criteria";
import { type LogCriteria, useEntries, useHistogram, usePatterns, useTail } from "./data";
import { Entries } from "./entries";
import { Fields } from "./fields";
import { moveFocus } from "./focus";
import { Histogram } from "./histogram";
import { Patterns } from "./patterns";
import { fieldsOf, vocabularyOf } from "./vocabulary";
import "./logs.css";

/** As high as the card, so that nothing below it jumps. */
const HISTOGRAM_HEIGHT = 236;

/** The organization's log entries: found, counted, grouped, or followed as they come. All of it is in the address. */
export function LogsPage() {
  const { logs: messages, common } = useMessages();
  const [, navigate] = useLocation();
  const search = useSearch();
  const [now, setNow] = useState(Date.now);
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const criteria = useMemo(() => readCriteria(parameters, now), [parameters, now]);
  const following = parameters.has("follow");
  const view = parameters.get("view") === "patterns" ? "patterns" : "entries";

  const tail = useTail(criteria.q, following);
  const histogram = useHistogram(criteria);
  const pages = useEntries(criteria);
  const counted = useReadable(histogram);
  const found = useReadable(pages);
  const entries = useMemo(() => found?.pages.flatMap((page) => page.entries) ?? [], [found]);
  const shown = following ? tail.entries : entries;
  const fields = useMemo(() => fieldsOf(shown, counted), [shown, counted]);
  const vocabulary = useMemo(() => vocabularyOf(fields), [fields]);
  const completions = useCallback((text: string, caret: number) => complete(text, caret, vocabulary), [vocabulary]);

  const go = (changes: Record<string, string | null>, replace = false) => {
    const next = new URLSearchParams(parameters);
    for (const [name, value] of Object.entries(changes)) value ? next.set(name, value) : next.delete(name);
    setNow(Date.now());
    navigate(`/logs?${next}`, { replace });
  };
  const narrow = (condition: string) => go({ q: toggleCondition(criteria.q, condition), view: null });
  useKeys({ j: () => moveFocus(1), k: () => moveFocus(-1) });

  return (
    <div className="page wide logs">
      <header className="page-head">
        <h1>{messages.title}</h1>
        <div className="row">
          <Marked criteria={criteria} marked={parameters.has("from")} onClear={() => go({ from: null, to: null })} />
          <Segments
            label={common.span}
            value={parameters.has("from") ? null : spanOf(parameters)}
            options={common.spans}
            onChoose={(span) => go({ span, from: null, to: null })}
          />
        </div>
      </header>
      <div className="row log-search">
        <SearchBox
          q={criteria.q}
          label={messages.search}
          placeholder={messages.placeholder}
          error={histogram.error ?? pages.error}
          onChange={(q) => go({ q }, true)}
          completions={completions}
        />
        <SavedSearches
          context="logs"
          query={criteria.q ? { q: criteria.q } : null}
          onChoose={(query) => navigate(`/logs?${writeCriteria(query, parameters)}`)}
        />
      </div>
      {histogram.isPending && <Skeleton height={HISTOGRAM_HEIGHT} />}
      {histogram.isError && !isMisread(histogram.error) && !pages.isError && (
        <ProblemNotice error={histogram.error} onRetry={() => void histogram.refetch()} />
      )}
      {counted && <Histogram histogram={counted} onBrush={(from, to) => go({ from, to, span: null })} />}
      <div className="row spread">
        <Segments
          label={messages.view}
          value={following ? null : view}
          options={messages.views}
          onChoose={(chosen) => go({ view: chosen === "entries" ? null : chosen, follow: null })}
        />
        <Button aria-pressed={following} onClick={() => go({ follow: following ? null : "1", view: null })}>
          {following ? <Pause size={14} aria-hidden /> : <Play size={14} aria-hidden />}
          {following ? messages.stop : messages.follow}
        </Button>
      </div>
      <div className="log-columns">
        <Fields fields={fields} shown={shown.length} q={criteria.q} onChange={(q) => go({ q, view: null })} />
        {following ? (
          <section aria-label={messages.tail} aria-live="polite">
            {tail.error !== null && <ProblemNotice error={tail.error} />}
            <Entries entries={tail.entries} onNarrow={narrow} />
            {tail.entries.length === 0 && <p className="muted">{messages.waiting}</p>}
          </section>
        ) : view === "patterns" ? (
          <PatternsView criteria={criteria} onChoose={(q) => go({ q, view: null })} />
        ) : (
          <Found
            pages={pages}
            first={found?.pages[0]}
            entries={entries}
            onNarrow={narrow}
            onRefresh={() => setNow(Date.now())}
          />
        )}
      </div>
    </div>
  );
}

/** The part of the time that was marked in the chart, and the way back. */
function Marked({ criteria, marked, onClear }: { criteria: LogCriteria; marked: boolean; onClear: () => void }) {
  const messages = useMessages().logs;
  const formats = useFormats();
  if (!marked) return null;
  return (
    <span className="row marked">
      {formats.minute(criteria.from)} – {criteria.to && formats.minute(criteria.to)}
      <IconButton size="small" label={messages.wholeTime} onClick={onClear}>
        <X size={13} aria-hidden />
      </IconButton>
    </span>
  );
}

function Found({
  pages,
  first,
  entries,
  onNarrow,
  onRefresh,
}: {
  pages: ReturnType<typeof useEntries>;
  first: LogPage | undefined;
  entries: readonly LogHit[];
  onNarrow: (condition: string) => void;
  onRefresh: () => void;
}) {
  const { logs: messages, common } = useMessages();
  const formats = useFormats();
  if (pages.isPending) return <Skeleton height={300} />;
  if (pages.isError && !isMisread(pages.error)) {
    return <ProblemNotice error={pages.error} onRetry={() => void pages.refetch()} />;
  }
  // Not understood from the start: the search box says so.
  if (!first) return null;
  if (entries.length === 0) {
    return (
      <Empty icon={<ScrollText size={28} aria-hidden />} title={messages.nothing}>
        {messages.nothingHint}
      </Empty>
    );
  }
  return (
    <section aria-label={messages.views.entries} className={pages.isPlaceholderData || pages.isError ? "dimmed" : ""}>
      <p className="row muted">
        {messages.total(`${first.totalRelation === "gte" ? "≥ " : ""}${formats.number(first.total)}`, first.total)}
        <IconButton size="small" label={common.refresh} onClick={onRefresh}>
          <RefreshCw size={13} aria-hidden className={pages.isFetching ? "turning" : ""} />
        </IconButton>
      </p>
      <Entries entries={entries} onNarrow={onNarrow} />
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
