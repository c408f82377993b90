import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { DeadLettersAnswer, RedrivenAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { useApi } from "@/session/session";
import { Button } from "@/ui/button";
import { ProblemNotice } from "@/ui/notice";
import { useToast } from "@/ui/toasts";

const KEY = ["operations", "dead-letters"];
const EVERY_MS = 10_000;

/** The organization's events that could not be projected: why, and the way back into the queue. */
export function DeadLetters() {
  const messages = useMessages().operations;
  const formats = useFormats();
  const api = useApi();
  const letters = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => api.get<DeadLettersAnswer>("/v1/operations/dead-letters", {}, { signal }),
    refetchInterval: EVERY_MS,
    retry: false,
  });
  const redrive = useRedrive();
  if (letters.isError) return <ProblemNotice error={letters.error} onRetry={() => void letters.refetch()} />;
  if (!letters.data || letters.data.letters.length === 0) return null;
  return (
    <section className="card stack" aria-label={messages.deadLetters}>
      <header className="row spread">
        <h2>
          {messages.deadLetters} <span className="muted">{formats.number(letters.data.total)}</span>
        </h2>
        <Button kind="primary" disabled={redrive.isPending} onClick={() => redrive.mutate(null)}>
          {messages.redriveAll}
        </Button>
      </header>
      {redrive.isError && <ProblemNotice error={redrive.error} />}
      <ul className="letters">
        {letters.data.letters.map((letter) => (
          <li key={letter.messageId}>
            <details>
              <summary>
                <strong>{letter.type ?? messages.unreadable}</strong> <span className="mono">{letter.aggregateId}</span>
                <span className="muted"> · {formats.dateTime(letter.sentAt)}</span>
                <p className="wrong">{letter.reason}</p>
              </summary>
              <pre>{JSON.stringify(letter.event, null, 2)}</pre>
            </details>
            <Button size="small" disabled={redrive.isPending} onClick={() => redrive.mutate([letter.messageId])}>
              {messages.redrive}
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function useRedrive() {
  const messages = useMessages().operations;
  const api = useApi();
  const queries = useQueryClient();
  const toast = useToast();
  return useMutation({
    mutationFn: (messageIds: string[] | null) =>
      api.call<RedrivenAnswer>("/v1/operations/dead-letters/redrive", {
        method: "POST",
        body: messageIds ? { messageIds } : {},
      }),
    onSuccess: ({ body }) => {
      toast(messages.redriven(body.sent, body.kept));
      void queries.invalidateQueries({ queryKey: ["operations"] });
    },
  });
}
