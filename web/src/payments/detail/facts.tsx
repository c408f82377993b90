import type { ReactNode } from "react";
import type { PaymentAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";

export function Facts({ payment }: { payment: PaymentAnswer }) {
  const messages = useMessages().payment;
  const formats = useFormats();
  const { tags, ...metadata } = (payment.metadata ?? {}) as Record<string, unknown>;
  const when = (iso: string | null | undefined) => iso && <time dateTime={iso}>{formats.dateTime(iso)}</time>;
  const facts: [string, ReactNode][] = [
    [messages.customer, payment.userId && <bdi>{payment.userId}</bdi>],
    [messages.requested, when(payment.requestedAt)],
    [messages.processed, when(payment.processedAt)],
    [messages.failed, when(payment.failedAt)],
    [messages.error, payment.error && <bdi>{payment.error}</bdi>],
    [messages.refunded, when(payment.refundedAt)],
    [messages.reason, payment.refundReason && <bdi>{payment.refundReason}</bdi>],
    [messages.tags, Array.isArray(tags) && tags.length > 0 && <Tags tags={tags.map(String)} />],
    [
      messages.metadata,
      Object.keys(metadata).length > 0 && <pre className="metadata">{JSON.stringify(metadata, null, 2)}</pre>,
    ],
    [messages.version, formats.number(payment.version)],
  ];
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value)
        .map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}

function Tags({ tags }: { tags: readonly string[] }) {
  return (
    <span className="tags">
      {tags.map((tag) => (
        <bdi key={tag} className="tag">
          {tag}
        </bdi>
      ))}
    </span>
  );
}
