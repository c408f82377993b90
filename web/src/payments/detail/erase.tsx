import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Eraser } from "lucide-react";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import type { DeletedAnswer, PaymentAnswer } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { useApi, useMay } from "@/session/session";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { Notice, ProblemNotice } from "@/ui/notice";
import { useToast } from "@/ui/toasts";

interface EraseProps {
  payment: PaymentAnswer;
  pending: boolean;
  /** Called when the payment is gone. */
  onGone: () => void;
}

/** For admins: the payment's way out. Nothing brings it back, so its id is to be typed. */
export function Erase({ payment, pending, onGone }: EraseProps) {
  const messages = useMessages().erase;
  const mayErase = useMay("admin");
  const [asked, setAsked] = useState(false);
  if (!mayErase) return null;
  return (
    <>
      <Button kind="quiet" size="small" className="erase" disabled={pending} onClick={() => setAsked(true)}>
        <Eraser size={14} aria-hidden /> {messages.open}
      </Button>
      {asked && <EraseDialog payment={payment} onGone={onGone} onClose={() => setAsked(false)} />}
    </>
  );
}

function EraseDialog({ payment, onGone, onClose }: Omit<EraseProps, "pending"> & { onClose: () => void }) {
  const { erase: messages, common, actions } = useMessages();
  const toast = useToast();
  const [shown] = useState(payment);
  const [typed, setTyped] = useState("");
  const erase = useErase(shown);
  const unfinished = erase.data === "pending";
  return (
    <Dialog
      onClose={onClose}
      title={messages.title}
      lead={messages.lead}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            kind="danger"
            disabled={typed.trim() !== shown.paymentId || erase.isPending}
            onClick={() =>
              erase.mutate(undefined, {
                onSuccess: (deadLetters) => {
                  if (deadLetters === "pending") return;
                  toast(messages.done);
                  onGone();
                },
              })
            }
          >
            {erase.isPending ? actions.working : messages.confirm}
          </Button>
        </>
      }
    >
      <TextField label={messages.typeId(shown.paymentId)} autoComplete="off" value={typed} onChange={setTyped} />
      {unfinished && <Notice kind="warn">{messages.unfinished}</Notice>}
      {erase.isError && <ProblemNotice error={erase.error} />}
    </Dialog>
  );
}

/** Safe to repeat: it is one decision, with one key, on the version that was looked at. */
function useErase({ paymentId, version }: PaymentAnswer) {
  const api = useApi();
  const queries = useQueryClient();
  const [key] = useState(() => crypto.randomUUID());
  return useMutation({
    mutationFn: async () => {
      const headers = { "Idempotency-Key": key, "If-Match": `"${version}"` };
      const path = `/v1/payments/${encodeURIComponent(paymentId)}`;
      try {
        return (await api.call<DeletedAnswer>(path, { method: "DELETE", headers })).body.deadLetters;
      } catch (error) {
        // It is gone, and nothing of it is left: a repetition is told so.
        if (error instanceof ApiProblem && error.status === 404) return "removed";
        throw error;
      }
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ["payments"] }),
  });
}
