import { CircleCheck, TriangleAlert } from "lucide-react";
import type { FreshnessAnswer, HealthAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { useMay } from "@/session/session";
import { Notice, ProblemNotice, Skeleton } from "@/ui/notice";
import { CacheTile, DeadLettersTile, OutboxTile, QueueTile } from "./backlogs";
import { BothSides } from "./both-sides";
import { useFreshness, useHealth, useSides } from "./data";
import { DeadLetters } from "./dead-letters";
import { Lag } from "./lag";
import { needsALook } from "./verdict";
import "./operations.css";

/** What an operator needs at three in the morning, on one page that keeps itself up to date. */
export function OperationsPage() {
  const messages = useMessages().operations;
  const formats = useFormats();
  const isAdmin = useMay("admin");
  const health = useHealth();
  const freshness = useFreshness();
  const sides = useSides();
  const failed = health.error ?? freshness.error;
  const known = failed !== null || (health.data && (!isAdmin || freshness.data));
  const lookAgain = () => {
    void health.refetch();
    if (isAdmin) void freshness.refetch();
  };
  return (
    <div className="page">
      <header className="page-head">
        <div>
          <h1>{messages.title}</h1>
          <p className="muted">{messages.lead}</p>
        </div>
        {freshness.data && <p className="muted">{messages.refreshed(formats.time(freshness.data.asOf))}</p>}
      </header>
      {known && (
        <Verdict look={failed !== null || health.data?.status !== "ok" || needsALook(freshness.data, sides.data)} />
      )}
      {failed !== null && <ProblemNotice error={failed} onRetry={lookAgain} />}
      {health.isPending && <Skeleton height={64} />}
      {health.data && <Parts parts={health.data.parts} />}
      {!isAdmin && <Notice>{messages.adminOnly}</Notice>}
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

function Parts({ parts }: { parts: HealthAnswer["parts"] }) {
  const messages = useMessages().operations;
  return (
    <ul className="card parts" aria-label={messages.parts}>
      {Object.entries(parts).map(([part, state]) => (
        <li key={part} className={state === "ok" ? "good" : "look"}>
          {state === "ok" ? <CircleCheck size={15} aria-hidden /> : <TriangleAlert size={15} aria-hidden />}
          <strong>{part}</strong> <span className="muted">{state === "ok" ? messages.up : messages.down}</span>
        </li>
      ))}
    </ul>
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
        <BothSides />
      </div>
      <DeadLetters />
      <Lag freshness={freshness} />
    </>
  );
}
