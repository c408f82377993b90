import type { LogPatterns } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";

/** Entries that say the same but for the values in it, the most frequent first. */
export function Patterns({ patterns, onChoose }: { patterns: LogPatterns; onChoose: (q: string) => void }) {
  const messages = useMessages().logs;
  const formats = useFormats();
  return (
    <section aria-label={messages.views.patterns}>
      <p className="muted">{messages.sampled(formats.number(patterns.sampled), formats.number(patterns.total))}</p>
      <ol className="patterns">
        {patterns.patterns.map((pattern) => (
          <li key={pattern.template} className="card">
            <span className="count">{formats.number(pattern.count)}</span>
            <div className="pattern">
              <code>
                {pattern.template.split(/(<\*>)/).map((part, index) =>
                  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text keep their places
                  part === "<*>" ? <mark key={index}>*</mark> : <span key={index}>{part}</span>,
                )}
              </code>
              <p className="muted">
                {Object.keys(pattern.levels).join(", ")} · {pattern.services.join(", ")} ·{" "}
                {formats.instant(pattern.firstAt)} – {formats.instant(pattern.lastAt)}
              </p>
            </div>
            <Button size="small" onClick={() => onChoose(searchFor(pattern.template))}>
              {messages.showEntries}
            </Button>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** The longest words in a row that all entries of a pattern share, as a phrase. */
export function searchFor(template: string): string {
  const runs = template.split("<*>").map((run) => run.trim());
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), "");
  const words = longest.replace(/["\\]/g, " ").trim();
  return words ? `"${words}"` : "";
}
