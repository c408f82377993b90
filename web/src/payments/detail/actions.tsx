import { CircleCheck, CircleX, Undo2 } from "lucide-react";
import { useState } from "react";
import type { PaymentAnswer } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { useMay } from "@/session/session";
import { Button } from "@/ui/button";
import { FailDialog } from "./fail-dialog";
import { type Move, movesOf } from "./moves";
import { ProcessDialog } from "./process-dialog";
import { RefundDialog } from "./refund-dialog";

const ICONS = { process: CircleCheck, fail: CircleX, refund: Undo2 };
const DIALOGS = { process: ProcessDialog, fail: FailDialog, refund: RefundDialog };

/** What may be done with the payment now; each asks once more before it does. */
export function Actions({ payment, pending }: { payment: PaymentAnswer; pending: boolean }) {
  const messages = useMessages().actions;
  const mayMove = useMay("agent");
  const [asked, setAsked] = useState<Move | null>(null);
  const moves = payment.erasedAt ? [] : movesOf(payment.status);
  const DialogOf = asked ? DIALOGS[asked] : null;
  return (
    <>
      {moves.length > 0 && (
        <div className="actions">
          {moves.map((move) => {
            const Icon = ICONS[move];
            return (
              <Button
                key={move}
                kind={move === "process" ? "primary" : "plain"}
                disabled={!mayMove || pending}
                aria-describedby={mayMove ? undefined : "needs-agent"}
                onClick={() => setAsked(move)}
              >
                <Icon size={15} aria-hidden /> {messages[move]}
              </Button>
            );
          })}
          {!mayMove && (
            <p id="needs-agent" className="muted">
              {messages.needsAgent}
            </p>
          )}
        </div>
      )}
      {DialogOf && <DialogOf payment={payment} onClose={() => setAsked(null)} />}
    </>
  );
}
