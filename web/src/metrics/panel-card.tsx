import { ArrowLeft, Pencil, Trash2 } from "lucide-react";
import { type CSSProperties, useId, useMemo } from "react";
import type { Picture, SeriesAnswer } from "@/api/schema";
import { Chart, type Line } from "@/charts/chart";
import { timeLabels } from "@/charts/time-labels";
import { useFormats, useMessages } from "@/i18n/locale";
import { IconButton } from "@/ui/button";
import { ProblemNotice, Skeleton } from "@/ui/notice";
import type { Panel } from "./dashboard";
import { useSeries } from "./data";

const COLORS = ["--chart-1", "--chart-3", "--chart-4", "--chart-5", "--chart-6", "--chart-2"];

interface PanelCardProps {
  panel: Panel;
  hours: number;
  onEdit: () => void;
  /** Move it before the one that it comes after; null for the first one. */
  onEarlier: (() => void) | null;
  onRemove: () => void;
}

export function PanelCard({ panel, hours, onEdit, onEarlier, onRemove }: PanelCardProps) {
  const messages = useMessages().metrics;
  const series = useSeries(panel, hours);
  const id = useId();
  return (
    <article className="card chart-card" aria-labelledby={id} style={{ "--columns": panel.width } as CSSProperties}>
      <header className="row spread">
        <h2 id={id}>{panel.title}</h2>
        <span className="row panel-tools">
          {onEarlier && (
            <IconButton size="small" label={messages.earlier} onClick={onEarlier}>
              <ArrowLeft size={13} aria-hidden />
            </IconButton>
          )}
          <IconButton size="small" label={messages.edit} onClick={onEdit}>
            <Pencil size={13} aria-hidden />
          </IconButton>
          <IconButton size="small" label={messages.remove} onClick={onRemove}>
            <Trash2 size={13} aria-hidden />
          </IconButton>
        </span>
      </header>
      {series.isPending && <Skeleton height={200} />}
      {series.isError && <ProblemNotice error={series.error} onRetry={() => void series.refetch()} />}
      {series.data && <Lines answer={series.data} picture={panel.picture} />}
    </article>
  );
}

function Lines({ answer, picture }: { answer: SeriesAnswer; picture: Picture }) {
  const messages = useMessages().metrics;
  const formats = useFormats();
  const times = useMemo(() => timeLabels(answer.at, formats), [answer, formats]);
  const lines = useMemo<Line[]>(
    () =>
      answer.series.slice(0, COLORS.length).map((line, index) => ({
        label: Object.values(line.dimensions).join(", ") || messages.all,
        values: line.values,
        color: COLORS[index] ?? "--chart-1",
        kind: picture === "bar" ? "bars" : "line",
      })),
    [answer, messages, picture],
  );
  const told = (value: number) => `${formats.short(value)}${answer.unit ? ` ${answer.unit}` : ""}`;
  if (lines.length === 0) return <p className="muted">{messages.noPoints}</p>;
  if (picture === "number") {
    return (
      <dl className="numbers">
        {lines.map((line) => (
          <div key={line.label}>
            <dt>{line.label}</dt>
            <dd>{latest(line.values, told)}</dd>
          </div>
        ))}
      </dl>
    );
  }
  return (
    <>
      <p className="visually-hidden">{lines.map((line) => `${line.label}: ${latest(line.values, told)}`).join("; ")}</p>
      <Chart {...times} lines={lines} format={told} formatAxis={formats.short} height={180} />
    </>
  );
}

function latest(values: readonly (number | null)[], told: (value: number) => string): string {
  const value = values.findLast((each) => each !== null);
  return value === undefined || value === null ? "–" : told(value);
}
