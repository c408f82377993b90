import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";
import { ApiProblem } from "@/api/problem";
import type { PaymentAnswer } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Notice, ProblemNotice } from "@/ui/notice";
import { useToast } from "@/ui/toasts";
import { type Command, useCommand } from "./command";

interface MoveDialogProps {
  payment: PaymentAnswer;
  onClose: () => void;
  title: string;
  lead: string;
  confirm: string;
  done: string;
  dangerous?: boolean;
  /** What is to be sent, or null while the fields are not usable. */
  decide: () => Omit<Command, "key"> | null;
  children?: ReactNode;
}

/** The frame of every guarded action: says what will happen, sends it once, and tells what became of it. */
export function MoveDialog({
  payment,
  onClose,
  title,
  lead,
  confirm,
  done,
  dangerous = false,
  decide,
  children,
}: MoveDialogProps) {
  const { actions: messages, common } = useMessages();
  const [keys] = useState(() => new Map<string, string>());
  const [shown] = useState(payment);
  const command = useCommand(shown);
  const queries = useQueryClient();
  const toast = useToast();
  const form = useId();
  const changed = command.error instanceof ApiProblem && [409, 412].includes(command.error.status);

  const send = () => {
    const decided = decide();
    if (!decided) return;
    command.mutate(
      { ...decided, key: keyOf(decided, keys) },
      {
        onSuccess: () => {
          toast(done);
          onClose();
        },
      },
    );
  };
  const lookAgain = () => {
    void queries.invalidateQueries({ queryKey: ["payment", payment.paymentId] });
    onClose();
  };
  return (
    <Dialog
      onClose={onClose}
      title={title}
      lead={lead}
      footer={
        <>
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button
            type="submit"
            form={form}
            kind={dangerous ? "danger" : "primary"}
            disabled={command.isPending || changed}
          >
            {command.isPending ? messages.working : confirm}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        {children}
      </form>
      {changed && (
        <Notice kind="warn">
          <p>{messages.changedMeanwhile}</p>
          <Button size="small" onClick={lookAgain}>
            {messages.reload}
          </Button>
        </Notice>
      )}
      {command.isError && !changed && <ProblemNotice error={command.error} />}
    </Dialog>
  );
}

/** One key for each decision: repeated it is the same one, and changed, as by another amount, it is another. */
function keyOf({ body }: Pick<Command, "body">, keys: Map<string, string>): string {
  const decision = JSON.stringify(body);
  const key = keys.get(decision) ?? crypto.randomUUID();
  keys.set(decision, key);
  return key;
}
