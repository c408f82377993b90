import { Pencil, Trash2 } from "lucide-react";
import { useId, useMemo } from "react";
import type { SeriesAnswer } from "@/api/schema";
import { Chart, type Line } from "@/charts/chart";
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
  onRemove: () => void;
}

export function PanelCard({ panel, hours, onEdit, onRemove }: PanelCardProps) {
  const messages = useMessages().metrics;
  const series = useSeries(panel, hours);
  const id = useId();
  return (
    <section className="card chart-card" aria-labelledby={id}>
      <header className="row spread">
        <h2 id={id}>
          {panel.name} <span className="muted">{panel.function}</span>
        </h2>
        <span className="row">
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
      {series.data && <Lines answer={series.data} />}
    </section>
  );
}

function Lines({ answer }: { answer: SeriesAnswer }) {
  const messages = useMessages().metrics;
  const formats = useFormats();
  const labels = useMemo(() => answer.at.map(formats.minute), [answer, formats]);
  const lines = useMemo<Line[]>(
    () =>
      answer.series.slice(0, COLORS.length).map((line, index) => ({
        label: Object.values(line.dimensions).join(", ") || messages.all,
        values: line.values,
        color: COLORS[index] ?? "--chart-1",
        kind: "line",
      })),
    [answer, messages],
  );
  const told = (value: number) => `${formats.short(value)}${answer.unit ? ` ${answer.unit}` : ""}`;
  if (lines.length === 0) return <p className="muted">{messages.noPoints}</p>;
  return (
    <>
      <p className="visually-hidden">{lines.map((line) => `${line.label}: ${latest(line.values, told)}`).join("; ")}</p>
      <Chart labels={labels} lines={lines} format={told} formatAxis={formats.short} height={180} />
    </>
  );
}

function latest(values: readonly (number | null)[], told: (value: number) => string): string {
  const value = values.findLast((each) => each !== null);
  return value === undefined || value === null ? "–" : told(value);
}
