import { Search } from "lucide-react";
import { useState } from "react";
import { ApiProblem } from "@/api/problem";
import { useKeys } from "@/shell/keys";
import { Misread } from "./misread";
import "./query-box.css";

interface QueryBoxProps {
  q: string;
  label: string;
  placeholder: string;
  error: unknown;
  onChange: (q: string) => void;
}

/** A text in the query language, asked by Enter; / leads to it. */
export function QueryBox({ q, label, placeholder, error, onChange }: QueryBoxProps) {
  const [draft, setDraft] = useState(q);
  const [from, setFrom] = useState(q);
  const [input, setInput] = useState<HTMLInputElement | null>(null);
  const problem = error instanceof ApiProblem && error.column !== null ? error : null;
  if (from !== q) {
    setFrom(q);
    setDraft(q);
  }
  useKeys({
    "/": (event) => {
      event.preventDefault();
      input?.focus();
    },
  });
  return (
    <search>
      <form
        className="query-box"
        onSubmit={(event) => {
          event.preventDefault();
          onChange(draft.trim());
        }}
      >
        <Search size={16} aria-hidden />
        <input
          ref={setInput}
          className="input"
          type="search"
          aria-label={label}
          aria-invalid={problem !== null}
          spellCheck={false}
          autoComplete="off"
          placeholder={placeholder}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
        />
      </form>
      {problem && <Misread id="query-wrong" text={q} problem={problem} />}
    </search>
  );
}
