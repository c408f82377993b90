import type { FreshnessAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { Tile } from "./tile";
import { LONG_MS } from "./verdict";

interface PartProps {
  freshness: FreshnessAnswer;
}

export function QueueTile({ freshness: { queue, unavailable } }: PartProps) {
  const messages = useMessages().operations;
  const formats = useFormats();
  if (!queue) return <Unmeasured title={messages.queue} why={unavailable.queue} />;
  return (
    <Tile
      title={messages.queue}
      state={(queue.oldestMs ?? 0) > LONG_MS ? "look" : "good"}
      figure={formats.number(queue.waiting)}
      unit={messages.waiting}
    >
      {formats.number(queue.inFlight)} {messages.inFlight} ·{" "}
      {queue.oldestMs === null ? messages.empty : messages.oldest(formats.duration(queue.oldestMs))}
    </Tile>
  );
}

export function DeadLettersTile({ freshness: { deadLetters, unavailable } }: PartProps) {
  const messages = useMessages().operations;
  const formats = useFormats();
  if (!deadLetters) return <Unmeasured title={messages.deadLetters} why={unavailable.deadLetters} />;
  return (
    <Tile
      title={messages.deadLetters}
      state={deadLetters.waiting > 0 ? "look" : "good"}
      figure={formats.number(deadLetters.waiting)}
    >
      {deadLetters.waiting > 0 ? messages.deadSome : messages.deadNone}
    </Tile>
  );
}

export function OutboxTile({ freshness: { outbox, unavailable } }: PartProps) {
  const messages = useMessages().operations;
  const formats = useFormats();
  if (!outbox) return <Unmeasured title={messages.outbox} why={unavailable.outbox} />;
  return (
    <Tile
      title={messages.outbox}
      state={(outbox.oldestMs ?? 0) > LONG_MS ? "look" : "good"}
      figure={`${outbox.relation === "gte" ? "≥ " : ""}${formats.number(outbox.unsent)}`}
      unit={messages.unsent}
    >
      {outbox.oldestMs === null ? messages.outboxNone : messages.oldest(formats.duration(outbox.oldestMs))}
    </Tile>
  );
}

export function CacheTile({ freshness: { cache, unavailable } }: PartProps) {
  const messages = useMessages().operations;
  const formats = useFormats();
  if (!cache) return <Unmeasured title={messages.cache} why={unavailable.cache} />;
  const { l1, l2, miss } = cache;
  const all = l1 + l2 + miss;
  return (
    <Tile
      title={messages.cache}
      state="good"
      figure={all === 0 ? "–" : formats.percent((l1 + l2) / all)}
      unit={messages.hitRate}
    >
      {messages.l1} {formats.number(l1)} · {messages.l2} {formats.number(l2)} · {messages.miss} {formats.number(miss)}
    </Tile>
  );
}

function Unmeasured({ title, why }: { title: string; why: string | undefined }) {
  const messages = useMessages().operations;
  return (
    <Tile title={title} state="unknown" figure="–" unit={messages.unavailable}>
      {why}
    </Tile>
  );
}
