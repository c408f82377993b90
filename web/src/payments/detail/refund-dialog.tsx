import { useState } from "react";
import type { PaymentAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { TextField } from "@/ui/field";
import { MoveDialog } from "./move-dialog";
import { isMore, leftToRefund, readAmount, stateAfter } from "./moves";

export function RefundDialog({ payment, onClose }: { payment: PaymentAnswer; onClose: () => void }) {
  const messages = useMessages().actions;
  const formats = useFormats();
  const [left] = useState(() => leftToRefund(payment.amount, payment.refundAmount));
  const [typed, setTyped] = useState(left);
  const [reason, setReason] = useState("");
  const [tried, setTried] = useState(false);
  const money = (amount: string) => formats.money(amount, payment.currency);
  const amount = readAmount(typed, payment.amount);
  const tooMuch = amount !== null && isMore(amount, left);
  const wrong = amount === null ? messages.amountInvalid : tooMuch ? messages.amountTooMuch(money(left)) : undefined;

  return (
    <MoveDialog
      payment={payment}
      onClose={onClose}
      title={messages.refundTitle}
      lead={messages.refundLead(money(left))}
      confirm={messages.refundConfirm(amount && !tooMuch ? money(amount) : "")}
      done={messages.refunded}
      dangerous
      decide={() => {
        setTried(true);
        if (amount === null || tooMuch) return null;
        const body = reason.trim() ? { amount, reason: reason.trim() } : { amount };
        return { move: "refund", body, expected: stateAfter("refund", amount === left) };
      }}
    >
      <TextField
        label={`${messages.refundAmount} (${payment.currency})`}
        wrong={tried || tooMuch ? wrong : undefined}
        inputMode="decimal"
        autoComplete="off"
        value={typed}
        onChange={setTyped}
      />
      <TextField label={messages.refundReason} maxLength={500} value={reason} onChange={setReason} />
    </MoveDialog>
  );
}
