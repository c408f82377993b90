import { Table2 } from "lucide-react";
import { useId } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { Chart, type ChartProps } from "@/charts/chart";
import { useMessages } from "@/i18n/locale";
import { IconButton } from "@/ui/button";

const TABLE = "table";

interface ChartCardProps extends ChartProps {
  /** What the address calls it, when it is shown as a table. */
  name: string;
  title: string;
  /** Where each place of the x axis leads to. */
  hrefs: readonly string[];
}

/** A chart, and the same as a table for those who read it. */
export function ChartCard({ name, title, hrefs, ...chart }: ChartCardProps) {
  const messages = useMessages().analytics;
  const [, navigate] = useLocation();
  const parameters = new URLSearchParams(useSearch());
  const asTable = parameters.has(TABLE, name);
  const id = useId();
  return (
    <section className="card chart-card" aria-labelledby={id}>
      <header className="row spread">
        <h2 id={id}>{title}</h2>
        <IconButton
          size="small"
          label={asTable ? messages.hideTable : messages.showTable}
          aria-pressed={asTable}
          onClick={() => {
            if (asTable) parameters.delete(TABLE, name);
            else parameters.append(TABLE, name);
            navigate(`/analytics?${parameters}`, { replace: true });
          }}
        >
          <Table2 size={14} aria-hidden />
        </IconButton>
      </header>
      {asTable ? <AsTable title={title} hrefs={hrefs} {...chart} /> : <Chart {...chart} />}
    </section>
  );
}

function AsTable({ title, hrefs, labels, lines, format }: Omit<ChartCardProps, "name">) {
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
