import type { ApiProblem } from "@/api/problem";
import { useMessages } from "@/i18n/locale";
import "./misread.css";

/** A search text that the query language does not understand, with the place where it stops to. */
export function Misread({ id, text, problem }: { id: string; text: string; problem: ApiProblem }) {
  const messages = useMessages();
  const characters = [...text];
  const at = Math.max(0, (problem.column ?? 1) - 1);
  return (
    <div id={id} className="misread" role="alert">
      <code>
        {characters.slice(0, at).join("")}
        <mark>{characters.slice(at).join("") || " "}</mark>
      </code>
      <p>
        {problem.errors
          .map((each) => each.message.replace(/^column \d+: /, `${messages.common.column(at + 1)}: `))
          .join(" ")}
      </p>
    </div>
  );
}
