import { useQuery } from "@tanstack/react-query";
import { Code } from "lucide-react";
import { useMemo, useState } from "react";
import { Link, useSearch } from "wouter";
import { useMessages } from "@/i18n/locale";
import { useApi } from "@/session/session";
import { Empty, ProblemNotice, Skeleton } from "@/ui/notice";
import { type Document, type Operation, operationsOf } from "./openapi";
import { OperationView } from "./operation-view";
import "./reference.css";

/** Every address of the API, as it describes itself, and a place to try it. */
export function ReferencePage() {
  const messages = useMessages().reference;
  const api = useApi();
  const document = useQuery({
    queryKey: ["openapi"],
    queryFn: ({ signal }) => api.get<Document>("/openapi.json", {}, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const operations = useMemo(() => (document.data ? operationsOf(document.data) : []), [document.data]);
  const chosen = new URLSearchParams(useSearch()).get("operation");
  const operation = operations.find((each) => each.operationId === chosen);
  return (
    <div className={`reference ${operation ? "chosen" : ""}`}>
      <aside className="operations" aria-label={messages.title}>
        <header>
          <h1>{messages.title}</h1>
          <p className="muted">{messages.lead}</p>
          <a href="/openapi.json" download>
            {messages.download}
          </a>
        </header>
        {document.isPending && <Skeleton height={300} />}
        {document.isError && <ProblemNotice error={document.error} onRetry={() => void document.refetch()} />}
        {document.data && <Operations operations={operations} chosen={operation} />}
      </aside>
      <section className="operation" aria-label={operation?.summary ?? messages.title}>
        {operation && (
          <Link href="/reference" className="all-operations">
            {messages.all}
          </Link>
        )}
        {operation && document.data ? (
          <OperationView key={operation.operationId} operation={operation} document={document.data} />
        ) : (
          <Empty icon={<Code size={28} aria-hidden />} title={messages.choose} />
        )}
      </section>
    </div>
  );
}

function Operations({ operations, chosen }: { operations: readonly Operation[]; chosen: Operation | undefined }) {
  const messages = useMessages().reference;
  const [filter, setFilter] = useState("");
  const words = filter.toLowerCase().split(/\s+/);
  const shown = operations.filter(({ method, path, summary }) =>
    words.every((word) => `${method} ${path} ${summary}`.toLowerCase().includes(word)),
  );
  const tags = inOrder([...new Set(shown.map((each) => each.tags?.[0] ?? ""))]);
  return (
    <>
      <input
        className="input"
        type="search"
        aria-label={messages.filter}
        placeholder={messages.filter}
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
      />
      {shown.length === 0 && <p className="muted">{messages.none}</p>}
      {tags.map((tag) => (
        <nav key={tag} aria-label={tag}>
          <h2>{tag}</h2>
          <ul>
            {shown
              .filter((each) => (each.tags?.[0] ?? "") === tag)
              .map((each) => (
                <li key={each.operationId}>
                  <Link
                    href={`/reference?operation=${each.operationId}`}
                    className="operation-link"
                    aria-current={each === chosen ? "true" : undefined}
                  >
                    <span className={`method ${each.method}`}>{each.method}</span> {each.summary}
                  </Link>
                </li>
              ))}
          </ul>
        </nav>
      ))}
    </>
  );
}

/** Payments first, as they are what it is about: what asks before what changes; the others by name. */
const FIRST = ["payments: queries", "payments: commands"];

function inOrder(tags: readonly string[]): string[] {
  const place = (tag: string) => (FIRST.includes(tag) ? FIRST.indexOf(tag) : tag.startsWith("payments") ? 2 : 3);
  return tags.toSorted((one, other) => place(one) - place(other) || one.localeCompare(other));
}
