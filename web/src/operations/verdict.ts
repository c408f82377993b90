import type { FreshnessAnswer, OperationsAnswer } from "@/api/schema";

/** Older than this, what waits is worth a look: the alarm's own limit. */
export const LONG_MS = 60_000;

/** Whether anything that was measured is not as it should be, or could not be measured. */
export function needsALook(freshness: FreshnessAnswer | undefined, sides: OperationsAnswer | undefined): boolean {
  if ((sides?.reconciliation?.differences ?? 0) > 0) return true;
  if (!freshness) return false;
  const { queue, deadLetters, outbox, unavailable } = freshness;
  return (
    Object.keys(unavailable).length > 0 ||
    (deadLetters?.waiting ?? 0) > 0 ||
    (queue?.oldestMs ?? 0) > LONG_MS ||
    (outbox?.oldestMs ?? 0) > LONG_MS
  );
}
