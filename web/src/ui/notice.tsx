import { CircleAlert, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { ApiProblem } from "@/api/problem";
import type { Messages } from "@/i18n/en";
import { useMessages } from "@/i18n/locale";
import { Button } from "./button";
import "./notice.css";

export function Notice({ kind = "info", children }: { kind?: "info" | "warn" | "bad"; children: ReactNode }) {
  const Icon = kind === "bad" ? CircleAlert : TriangleAlert;
  return (
    <div className={`notice ${kind}`} role={kind === "bad" ? "alert" : "status"}>
      <Icon size={16} aria-hidden />
      <div className="words">{children}</div>
    </div>
  );
}

/** What went wrong, in words for people, with the reference that support asks for. */
export function ProblemNotice({ error, onRetry }: { error: unknown; onRetry?: (() => void) | undefined }) {
  const messages = useMessages();
  const problem = error instanceof ApiProblem ? error : null;
  return (
    <Notice kind="bad">
      <div className="row spread">
        <div>
          <strong>{problem?.status === 403 ? messages.errors.forbiddenTitle : messages.errors.title}</strong>
          <div>{wordsFor(error, messages)}</div>
          {problem?.errors.map((each) => (
            <div key={each.field + each.message}>
              {each.field}: {each.message}
            </div>
          ))}
          {problem?.correlationId && (
            <div className="muted mono">{messages.errors.reference(problem.correlationId)}</div>
          )}
        </div>
        {onRetry && (
          <Button size="small" onClick={onRetry}>
            {messages.common.retry}
          </Button>
        )}
      </div>
    </Notice>
  );
}

export function wordsFor(error: unknown, messages: Messages): string {
  if (!(error instanceof ApiProblem)) return messages.errors.unexpected;
  if (error.status === 0 || error.status === 502 || error.status === 504) return messages.errors.offline;
  if (error.status === 503) return error.message || messages.errors.unavailable;
  if (error.status >= 500) return messages.errors.unexpected;
  return error.message || messages.errors.unexpected;
}

export function Empty({ icon, title, children }: { icon: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className="empty">
      {icon}
      <h2>{title}</h2>
      {children && <div className="muted">{children}</div>}
    </div>
  );
}

export function Skeleton({ width = "100%", height = 16 }: { width?: number | string; height?: number | string }) {
  return <div className="skeleton" style={{ width, height }} aria-hidden />;
}
