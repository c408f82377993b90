import { useState } from "react";
import type { PaymentAnswer } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { TextField } from "@/ui/field";
import { MoveDialog } from "./move-dialog";
import { stateAfter } from "./moves";

export function FailDialog({ payment, onClose }: { payment: PaymentAnswer; onClose: () => void }) {
  const messages = useMessages().actions;
  const [error, setError] = useState("");
  const [tried, setTried] = useState(false);
  const told = error.trim();
  return (
    <MoveDialog
      payment={payment}
      onClose={onClose}
      title={messages.failTitle}
      lead={messages.failLead}
      confirm={messages.failConfirm}
      done={messages.failedDone}
      dangerous
      decide={() => {
        setTried(true);
        return told ? { move: "fail", body: { error: told }, expected: stateAfter("fail", true) } : null;
      }}
    >
      <TextField
        label={messages.failError}
        wrong={tried && !told ? messages.required : undefined}
        maxLength={500}
        value={error}
        onChange={setError}
      />
    </MoveDialog>
  );
}
