import { CircleCheck, TriangleAlert } from "lucide-react";
import type { FreshnessAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { useMay } from "@/session/session";
import { Notice, ProblemNotice, Skeleton } from "@/ui/notice";
import { CacheTile, DeadLettersTile, OutboxTile, QueueTile } from "./backlogs";
import { useFreshness, useHealth } from "./data";
import { Lag } from "./lag";
import { Tile } from "./tile";
import { needsALook } from "./verdict";
import "./operations.css";

/** What an operator needs at three in the morning, on one page that keeps itself up to date. */
export function OperationsPage() {
  const messages = useMessages().operations;
  const formats = useFormats();
  const isAdmin = useMay("admin");
  const health = useHealth();
  const freshness = useFreshness();
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{messages.title}</h1>
          <p className="muted">{messages.lead}</p>
        </div>
        {freshness.data && <p className="muted">{messages.refreshed(formats.time(freshness.data.asOf))}</p>}
      </header>
      {health.data && (!isAdmin || freshness.data) && (
        <Verdict look={health.data.status !== "ok" || needsALook(freshness.data)} />
      )}
      {health.isError && <ProblemNotice error={health.error} onRetry={() => void health.refetch()} />}
      <div className="tiles">
        {health.isPending && <Skeleton height={120} />}
        {Object.entries(health.data?.parts ?? {}).map(([part, state]) => (
          <Tile
            key={part}
            title={part}
            state={state === "ok" ? "good" : "look"}
            figure={state === "ok" ? messages.up : messages.down}
          />
        ))}
      </div>
      {!isAdmin && <Notice>{messages.adminOnly}</Notice>}
      {freshness.isError && <ProblemNotice error={freshness.error} onRetry={() => void freshness.refetch()} />}
      {freshness.data && <Behind freshness={freshness.data} />}
    </div>
  );
}

function Verdict({ look }: { look: boolean }) {
  const messages = useMessages().operations;
  const Icon = look ? TriangleAlert : CircleCheck;
  return (
    <p className={`verdict ${look ? "look" : "good"}`} role="status">
      <Icon size={20} aria-hidden /> {look ? messages.look : messages.allWell}
    </p>
  );
}

function Behind({ freshness }: { freshness: FreshnessAnswer }) {
  return (
    <>
      <div className="tiles">
        <QueueTile freshness={freshness} />
        <DeadLettersTile freshness={freshness} />
        <OutboxTile freshness={freshness} />
        <CacheTile freshness={freshness} />
      </div>
      <Lag freshness={freshness} />
    </>
  );
}
