import type { FoundEntry, LogHit } from "@/api/schema";
import { useFormats } from "@/i18n/locale";
import { Highlighted } from "@/ui/highlight";

/** Entries, a line each; one opens to all that it holds. */
export function Entries({ entries }: { entries: readonly (FoundEntry | LogHit)[] }) {
  return (
    <ol className="entries">
      {entries.map((entry) => (
        <Entry key={entry.id} entry={entry} />
      ))}
    </ol>
  );
}

function Entry({ entry }: { entry: FoundEntry | LogHit }) {
  const formats = useFormats();
  const { timestamp, level, service, message, host, traceId, correlationId, attributes, stackTrace } = entry;
  const highlights = "highlights" in entry ? entry.highlights?.message : undefined;
  const facts = { host, traceId, correlationId };
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
        <dl className="entry-facts">
          {Object.entries(facts).map(
            ([name, value]) =>
              value && (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="mono">{value}</dd>
                </div>
              ),
          )}
        </dl>
        <pre>{message}</pre>
        {Object.keys(attributes ?? {}).length > 0 && <pre>{JSON.stringify(attributes, null, 2)}</pre>}
        {stackTrace && <pre>{stackTrace}</pre>}
      </details>
    </li>
  );
}
