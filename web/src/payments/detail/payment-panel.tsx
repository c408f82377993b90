import { Link2, X } from "lucide-react";
import { useEffect, useRef } from "react";
import { ApiProblem } from "@/api/problem";
import type { PaymentAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { IconButton } from "@/ui/button";
import { Notice, ProblemNotice, Skeleton } from "@/ui/notice";
import { StatusBadge } from "@/ui/status-badge";
import { useToast } from "@/ui/toasts";
import { usePayment } from "../data";
import { useWrites, withWrite } from "../writes";
import { Actions } from "./actions";
import { Erase } from "./erase";
import { Facts } from "./facts";
import { Timeline } from "./timeline";
import "./payment-panel.css";

/** One payment beside the list; focus goes into it when it opens, and back when it closes. */
export function PaymentPanel({ paymentId, onClose }: { paymentId: string; onClose: () => void }) {
  const messages = useMessages();
  const panel = useRef<HTMLElement>(null);
  const toast = useToast();

  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  const copyLink = async () => {
    await navigator.clipboard.writeText(location.href);
    toast(messages.payment.linkCopied);
  };
  return (
    <aside className="panel" aria-label={messages.payment.label} ref={panel} tabIndex={-1}>
      <header className="row spread">
        <span className="mono muted id">{paymentId}</span>
        <span className="row">
          <IconButton label={messages.payment.copyLink} onClick={copyLink}>
            <Link2 size={16} aria-hidden />
          </IconButton>
          <IconButton label={messages.common.close} onClick={onClose}>
            <X size={16} aria-hidden />
          </IconButton>
        </span>
      </header>
      <Details key={paymentId} paymentId={paymentId} onGone={onClose} />
    </aside>
  );
}

function Details({ paymentId, onGone }: { paymentId: string; onGone: () => void }) {
  const messages = useMessages().payment;
  const found = usePayment(paymentId);
  const write = useWrites()[paymentId];
  if (found.isError && !found.data) {
    const notFound = found.error instanceof ApiProblem && found.error.status === 404;
    return (
      <div className="panel-body">
        {notFound ? (
          <Notice kind="warn">{messages.notFound}</Notice>
        ) : (
          <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />
        )}
      </div>
    );
  }
  if (!found.data) {
    return (
      <div className="panel-body">
        <Skeleton height={34} width="55%" />
        <Skeleton height={180} />
        <Skeleton height={120} />
      </div>
    );
  }
  const { payment, pending } = withWrite(found.data, write);
  return (
    <div className="panel-body">
      <Amount payment={payment} pending={pending} />
      {pending && <Notice>{messages.pending}</Notice>}
      {payment.erasedAt && <Notice kind="warn">{messages.erased}</Notice>}
      <Actions payment={payment} pending={pending} />
      <Facts payment={payment} />
      <Timeline paymentId={paymentId} version={found.data.version} currency={payment.currency} />
      <Erase payment={payment} pending={pending} onGone={onGone} />
    </div>
  );
}

function Amount({ payment, pending }: { payment: PaymentAnswer; pending: boolean }) {
  const formats = useFormats();
  const messages = useMessages().payments;
  return (
    <div className="panel-head">
      <div className="row spread">
        <p className="figure">{formats.money(payment.amount, payment.currency)}</p>
        <StatusBadge status={payment.status} pending={pending} />
      </div>
      {payment.refundAmount && (
        <p className="muted">{messages.refundedOf(formats.money(payment.refundAmount, payment.currency))}</p>
      )}
      <h2>
        <bdi>{payment.description}</bdi>
      </h2>
    </div>
  );
}
