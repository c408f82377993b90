import type { Function as Aggregate, MetricName, Panel, Picture, StepLength } from "@/api/schema";

export type { Panel };

export const FUNCTIONS: readonly Aggregate[] = ["avg", "sum", "rate", "count", "min", "max", "p50", "p95", "p99"];
export const PICTURES: readonly Picture[] = ["line", "bar", "number"];
/** Of twelve columns. */
export const WIDTHS = [3, 4, 6, 12];
const STEPS: readonly StepLength[] = ["1m", "5m", "15m", "1h", "6h", "1d", "7d"];
const FIRST = 4;
const MOST_GROUPS = 3;

/** The charts that an address holds whole, each as parameters within a parameter; what is no chart is left out. */
export function readPanels(parameters: URLSearchParams): Panel[] {
  return parameters.getAll("chart").flatMap((text) => {
    const of = new URLSearchParams(text);
    const name = of.get("name");
    const aggregate = FUNCTIONS.find((each) => each === of.get("function"));
    if (!name || !aggregate) return [];
    const width = Number(of.get("width"));
    return [
      {
        title: of.get("title") ?? titleOf(name, aggregate),
        name,
        function: aggregate,
        groupBy: of.getAll("groupBy").slice(0, MOST_GROUPS),
        q: of.get("q"),
        interval: STEPS.find((each) => each === of.get("interval")) ?? null,
        picture: PICTURES.find((each) => each === of.get("picture")) ?? "line",
        width: Number.isInteger(width) && width >= 1 && width <= 12 ? width : 6,
      },
    ];
  });
}

export function writePanels(panels: readonly Panel[], around: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams(around);
  parameters.delete("chart");
  for (const panel of panels) parameters.append("chart", written(panel));
  return parameters;
}

/** Without what is as usual. */
function written({ title, name, function: aggregate, groupBy, q, interval, picture, width }: Panel): string {
  const of = new URLSearchParams({ name, function: aggregate });
  if (title !== titleOf(name, aggregate)) of.set("title", title);
  for (const dimension of groupBy) of.append("groupBy", dimension);
  if (q) of.set("q", q);
  if (interval) of.set("interval", interval);
  if (picture !== "line") of.set("picture", picture);
  if (width !== 6) of.set("width", String(width));
  return of.toString();
}

/** What there is to see first, when nobody has chosen yet. */
export function firstPanels(names: readonly MetricName[]): Panel[] {
  return names.slice(0, FIRST).map((metric) => panelOf(metric));
}

export function panelOf({ name, type, dimensions }: MetricName): Panel {
  const aggregate = ({ counter: "sum", gauge: "avg", histogram: "p95" } as const)[type];
  return {
    title: titleOf(name, aggregate),
    name,
    function: aggregate,
    groupBy: dimensions.includes("service") ? ["service"] : [],
    q: null,
    interval: null,
    picture: "line",
    width: 6,
  };
}

/** The panel changed in part; a title that only said what is shown goes on saying it. */
export function changed(panel: Panel, part: Partial<Panel>): Panel {
  const next = { ...panel, ...part };
  const usual = panel.title === titleOf(panel.name, panel.function);
  return usual && part.title === undefined ? { ...next, title: titleOf(next.name, next.function) } : next;
}

export function titleOf(name: string, aggregate: Aggregate): string {
  return `${name} ${aggregate}`.slice(0, 100);
}
