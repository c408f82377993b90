import type { Function as Aggregate, Panel as KeptPanel, MetricName } from "@/api/schema";

/** One chart of a dashboard. A dashboard is a list of them, and stands whole in the address. */
export interface Panel {
  name: string;
  function: Aggregate;
  groupBy: string;
  q: string;
}

export const FUNCTIONS: readonly Aggregate[] = ["avg", "sum", "rate", "count", "min", "max", "p50", "p95", "p99"];
const FIRST = 4;
const SEPARATOR = "|";

export function readPanels(parameters: URLSearchParams): Panel[] {
  return parameters.getAll("chart").flatMap((text) => {
    const [name = "", wanted = "", groupBy = "", ...q] = text.split(SEPARATOR);
    const aggregate = FUNCTIONS.find((each) => each === wanted);
    return name && aggregate ? [{ name, function: aggregate, groupBy, q: q.join(SEPARATOR) }] : [];
  });
}

export function writePanels(panels: readonly Panel[], around: URLSearchParams): URLSearchParams {
  const parameters = new URLSearchParams(around);
  parameters.delete("chart");
  for (const { name, function: aggregate, groupBy, q } of panels) {
    parameters.append("chart", [name, aggregate, groupBy, q].join(SEPARATOR));
  }
  return parameters;
}

/** What there is to see first, when nobody has chosen yet. */
export function firstPanels(names: readonly MetricName[]): Panel[] {
  return names.slice(0, FIRST).map((metric) => panelOf(metric));
}

export function panelOf({ name, type, dimensions }: MetricName): Panel {
  const usual = { counter: "sum", gauge: "avg", histogram: "p95" } as const;
  return { name, function: usual[type], groupBy: dimensions.includes("service") ? "service" : "", q: "" };
}

/** As the API keeps it; here a title is made of what is shown, and there is one dimension to group by. */
export function toKept({ name, function: aggregate, groupBy, q }: Panel): KeptPanel {
  return {
    title: `${name} ${aggregate}`.slice(0, 100),
    name,
    function: aggregate,
    groupBy: groupBy ? [groupBy] : [],
    q: q || null,
    picture: "line",
    width: 6,
  };
}

export function fromKept({ name, function: aggregate = "avg", groupBy = [], q }: KeptPanel): Panel {
  return { name, function: aggregate, groupBy: groupBy[0] ?? "", q: q ?? "" };
}
