import { Progress } from "@base-ui/react/progress";
import { useFormats, useMessages } from "@/i18n/locale";
import { ProblemNotice } from "@/ui/notice";
import { useSides } from "./data";
import { Tile } from "./tile";
import "@/ui/progress.css";

/** What the latest reconciliation found, and how far a rebuild is. */
export function BothSides() {
  const messages = useMessages().operations;
  const formats = useFormats();
  const found = useSides();
  if (found.isError) return <ProblemNotice error={found.error} onRetry={() => void found.refetch()} />;
  if (!found.data) return null;
  const { reconciliation, rebuild } = found.data;
  return (
    <>
      <Tile
        title={messages.reconciliation}
        state={reconciliation === null ? "unknown" : reconciliation.differences > 0 ? "look" : "good"}
        figure={reconciliation === null ? "–" : formats.number(reconciliation.differences)}
        unit={messages.differences}
      >
        {reconciliation === null ? messages.notYet : formats.dateTime(reconciliation.at)}
      </Tile>
      <Tile
        title={messages.rebuild}
        state="good"
        figure={rebuild.building ? formats.percent(rebuild.segmentsDone / Math.max(1, rebuild.segments)) : "–"}
        unit={rebuild.building ? messages.building : messages.noRebuild}
      >
        {rebuild.building ? (
          <Progress.Root value={rebuild.segmentsDone} max={rebuild.segments} aria-label={messages.rebuild}>
            <Progress.Track className="progress-track">
              <Progress.Indicator className="progress-indicator" />
            </Progress.Track>
          </Progress.Root>
        ) : (
          <span className="mono">{rebuild.serving}</span>
        )}
      </Tile>
    </>
  );
}
