import { type MouseEvent, useMemo } from "react";
import type { FoundEntry, LogHit } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { quoted } from "@/search/completion";
import { Highlighted } from "@/ui/highlight";

type Entry = FoundEntry | LogHit;

interface EntriesProps {
  entries: readonly Entry[];
  /** Narrow the search by a condition; without it, fields are only told. */
  onNarrow?: (condition: string) => void;
}

/** Entries, a line each; one opens to all that it holds. */
export function Entries({ entries, onNarrow }: EntriesProps) {
  return (
    <ol className="entries">
      {entries.map((entry) => (
        <EntryLine key={entry.id} entry={entry} onNarrow={onNarrow} />
      ))}
    </ol>
  );
}

function EntryLine({ entry, onNarrow }: { entry: Entry; onNarrow: EntriesProps["onNarrow"] }) {
  const formats = useFormats();
  const { timestamp, level, service, message, stackTrace } = entry;
  const highlights = "highlights" in entry ? entry.highlights?.message : undefined;
  return (
    <li>
      <details className="entry">
        <summary>
          <time dateTime={timestamp}>{formats.instant(timestamp)}</time>
          <span className={`level ${level}`}>{level}</span>
          <span className="service">{service}</span>
          <bdi className="message">
            <Highlighted text={message} highlights={highlights} />
          </bdi>
        </summary>
        <div className="entry-body">
          <pre>{message}</pre>
          <Facts entry={entry} onNarrow={onNarrow} />
          {stackTrace && <pre>{stackTrace}</pre>}
        </div>
      </details>
    </li>
  );
}

/** What an entry says beside its message, under the names of the query language. */
function Facts({ entry, onNarrow }: { entry: Entry; onNarrow: EntriesProps["onNarrow"] }) {
  const messages = useMessages().logs;
  const facts = useMemo(() => factsOf(entry), [entry]);
  return (
    <dl className="entry-facts">
      {facts.map(({ field, value, askable }) => (
        <div key={field}>
          <dt>{field}</dt>
          <dd className="mono">
            {onNarrow && askable ? (
              <button
                type="button"
                className="narrow"
                title={messages.narrow}
                onClick={(event: MouseEvent) => {
                  event.preventDefault();
                  onNarrow(`${field}:${quoted(value)}`);
                }}
              >
                {value}
              </button>
            ) : (
              value
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}

interface Fact {
  field: string;
  value: string;
  /** Whether the query language can ask for it: not for lists and objects. */
  askable: boolean;
}

function factsOf({ level, service, host, traceId, correlationId, attributes }: Entry): Fact[] {
  const named = { level, service, host, trace: traceId, correlation: correlationId };
  const others = Object.entries(attributes ?? {}).map(([name, value]) => [`attributes.${name}`, value] as const);
  return [...Object.entries(named), ...others]
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([field, value]) => {
      const askable = typeof value !== "object";
      return { field, value: askable ? String(value) : JSON.stringify(value), askable };
    });
}
