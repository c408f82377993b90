import type { PaymentAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { MoveDialog } from "./move-dialog";
import { stateAfter } from "./moves";

export function ProcessDialog({ payment, onClose }: { payment: PaymentAnswer; onClose: () => void }) {
  const messages = useMessages().actions;
  const formats = useFormats();
  const { amount, currency } = payment;
  const money = formats.money(amount, currency);
  return (
    <MoveDialog
      payment={payment}
      onClose={onClose}
      title={messages.processTitle}
      lead={messages.processLead(money)}
      confirm={messages.processConfirm(money)}
      done={messages.processed}
      decide={() => ({ move: "process", body: { amount, currency }, expected: stateAfter("process", true) })}
    />
  );
}
