import { CircleCheck, CircleHelp, TriangleAlert } from "lucide-react";
import { type ReactNode, useId } from "react";

/** good: nothing to do; look: somebody should; unknown: it was not measured. */
export type State = "good" | "look" | "unknown";

const ICONS = { good: CircleCheck, look: TriangleAlert, unknown: CircleHelp };

/** One thing that an operator looks at: its figure, and whether it is as it should be. */
export function Tile({
  title,
  state,
  figure,
  unit,
  children,
}: {
  title: string;
  state: State;
  figure: string;
  unit?: string;
  children?: ReactNode;
}) {
  const id = useId();
  const Icon = ICONS[state];
  return (
    <section className={`card tile ${state}`} aria-labelledby={id}>
      <header className="row spread">
        <h2 id={id}>{title}</h2>
        <Icon size={16} aria-hidden />
      </header>
      <p>
        <span className="value">{figure}</span> {unit && <span className="muted">{unit}</span>}
      </p>
      {children && <div className="muted">{children}</div>}
    </section>
  );
}
