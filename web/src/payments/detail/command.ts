import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { CommandAnswer, PaymentAnswer, Status } from "@/api/schema";
import { useApi } from "@/session/session";
import { forgetWrite, noteWrite } from "../writes";
import type { Move } from "./moves";

export interface Command {
  move: Move;
  body: Readonly<Record<string, string>>;
  /** The state that is shown until the API has answered. */
  expected: Status;
  /** The same for each repetition of the same decision, so that it is never done twice. */
  key: string;
}

/** Sends a command on the version that was decided upon, and shows its outcome before the search does. */
export function useCommand(payment: PaymentAnswer) {
  const api = useApi();
  const queries = useQueryClient();
  const { paymentId, version } = payment;
  return useMutation({
    mutationFn: ({ move, body, key }: Command) =>
      api.call<CommandAnswer>(`/v1/payments/${encodeURIComponent(paymentId)}/${move}`, {
        method: "POST",
        body,
        headers: { "Idempotency-Key": key, "If-Match": `"${version}"` },
      }),
    onMutate: ({ expected }) => noteWrite(queries, paymentId, { status: expected, version: version + 1, token: null }),
    onError: () => forgetWrite(queries, paymentId),
    onSuccess: ({ body, headers }) => {
      const token = headers.get("Consistency-Token");
      noteWrite(queries, paymentId, { status: body.status, version: body.version, token });
      void queries.invalidateQueries({ queryKey: ["payment", paymentId] });
      void queries.invalidateQueries({ queryKey: ["payments", "facets"] });
    },
  });
}
