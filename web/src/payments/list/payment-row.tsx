import { type CSSProperties, memo } from "react";
import { Link } from "wouter";
import { useFormats, useMessages } from "@/i18n/locale";
import { Highlighted } from "@/ui/highlight";
import { StatusBadge } from "@/ui/status-badge";
import type { Hit } from "../data";

interface PaymentRowProps {
  payment: Hit;
  pending: boolean;
  index: number;
  place: CSSProperties;
  href: string;
  open: boolean;
}

export const PaymentRow = memo(function PaymentRow({ payment, pending, index, place, href, open }: PaymentRowProps) {
  const messages = useMessages().payments;
  const formats = useFormats();
  const { paymentId, description, highlights } = payment;
  return (
    <div className={`list-row ${open ? "open" : ""}`} role="row" aria-rowindex={index + 2} style={place}>
      <span role="cell" className="payment-cell">
        <Link href={href} className="row-link" aria-current={open ? "true" : undefined}>
          <bdi className="description" title={description}>
            <Highlighted text={description} highlights={highlights?.description as string[] | undefined} inOneLine />
          </bdi>
        </Link>
        <span className="sub mono">
          <Highlighted text={paymentId} highlights={highlights?.paymentId as string[] | undefined} />
        </span>
      </span>
      <span role="cell" className="customer-cell">
        <bdi>{payment.userId}</bdi>
      </span>
      <span role="cell" className="status-cell">
        <StatusBadge status={payment.status} pending={pending} />
      </span>
      <span role="cell" className="amount-cell">
        {formats.money(payment.amount, payment.currency)}
        {payment.refundAmount && (
          <span className="sub">{messages.refundedOf(formats.money(payment.refundAmount, payment.currency))}</span>
        )}
      </span>
      <span role="cell" className="date-cell">
        {payment.processedAt ? (
          formats.date(payment.processedAt)
        ) : (
          <span className="muted">{messages.notProcessed}</span>
        )}
      </span>
    </div>
  );
});
