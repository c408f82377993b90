import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { HistoryEntry } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { ProblemNotice, Skeleton } from "@/ui/notice";
import { useHistory } from "../data";
import { Trail } from "./trail";

/** The payment's events, the latest first. They are read where they are written, and asked anew with each version. */
export function Timeline({ paymentId, version, currency }: { paymentId: string; version: number; currency: string }) {
  const messages = useMessages().payment;
  const queries = useQueryClient();
  const history = useHistory(paymentId);
  const known = history.data?.events.at(-1)?.version ?? version;

  useEffect(() => {
    if (known < version) void queries.invalidateQueries({ queryKey: ["payment", paymentId, "history"] });
  }, [known, version, paymentId, queries]);

  return (
    <section className="timeline" aria-label={messages.history}>
      <h3>{messages.history}</h3>
      {history.isPending && <Skeleton height={80} />}
      {history.isError && <ProblemNotice error={history.error} onRetry={() => void history.refetch()} />}
      <ol>
        {history.data?.events.toReversed().map((event) => (
          <Entry key={event.eventId} event={event} currency={currency} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ event, currency }: { event: HistoryEntry; currency: string }) {
  const messages = useMessages().payment;
  const formats = useFormats();
  const { amount, reason, error } = event.data as Record<string, unknown>;
  return (
    <li className={`event ${event.status}`}>
      <p>
        <strong>{messages.events[event.type] ?? event.type}</strong>
        {typeof amount === "string" && <span> · {formats.money(amount, currency)}</span>}
      </p>
      {[reason, error].map((told) =>
        typeof told === "string" ? (
          <p key={told}>
            <bdi>{told}</bdi>
          </p>
        ) : null,
      )}
      <p className="muted">
        <time dateTime={event.occurredAt}>{formats.dateTime(event.occurredAt)}</time>
      </p>
      <Trail correlationId={event.correlationId} />
    </li>
  );
}
