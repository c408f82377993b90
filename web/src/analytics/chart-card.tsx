import { Table2 } from "lucide-react";
import { useId, useState } from "react";
import { Link } from "wouter";
import { Chart, type ChartProps } from "@/charts/chart";
import { useMessages } from "@/i18n/locale";
import { IconButton } from "@/ui/button";

interface ChartCardProps extends ChartProps {
  title: string;
  /** Where each place of the x axis leads to. */
  hrefs: readonly string[];
}

/** A chart, and the same as a table for those who read it. */
export function ChartCard({ title, hrefs, ...chart }: ChartCardProps) {
  const messages = useMessages().analytics;
  const [asTable, setAsTable] = useState(false);
  const id = useId();
  return (
    <section className="card chart-card" aria-labelledby={id}>
      <header className="row spread">
        <h2 id={id}>{title}</h2>
        <IconButton
          size="small"
          label={asTable ? messages.hideTable : messages.showTable}
          aria-pressed={asTable}
          onClick={() => setAsTable((shown) => !shown)}
        >
          <Table2 size={14} aria-hidden />
        </IconButton>
      </header>
      {asTable ? <AsTable title={title} hrefs={hrefs} {...chart} /> : <Chart {...chart} />}
    </section>
  );
}

function AsTable({ title, hrefs, labels, lines, format }: ChartCardProps) {
  const messages = useMessages().analytics;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys
    <section className="as-table" aria-label={title} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{messages.step}</th>
            {lines.map((line) => (
              <th key={line.label} scope="col">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((label, index) => (
            <tr key={label}>
              <th scope="row">
                <Link href={hrefs[index] ?? "/payments"}>{label}</Link>
              </th>
              {lines.map((line) => {
                const value = line.values[index];
                return <td key={line.label}>{value === null || value === undefined ? "–" : format(value)}</td>;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
