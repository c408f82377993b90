import { useEffect, useRef, useState } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { colorOf, useTheme } from "./colors";
import "./chart.css";

export interface Line {
  label: string;
  values: readonly (number | null)[];
  color: string;
  kind: "bars" | "line";
}

export interface ChartProps {
  /** What each place on the x axis is called. */
  labels: readonly string[];
  /** The same, shorter, where the axis has no room for it. */
  axisLabels?: readonly string[];
  lines: readonly Line[];
  format: (value: number) => string;
  /** As `format`, but short enough for the axis. */
  formatAxis: (value: number) => string;
  onChoose?: ((index: number) => void) | undefined;
  /** Called with the first and the last place when some are marked with the pointer. */
  onBrush?: ((first: number, last: number) => void) | undefined;
  height?: number;
}

/** A chart for the eye; whoever uses it puts a table beside it for everybody else. */
export function Chart({
  labels,
  axisLabels = labels,
  lines,
  format,
  formatAxis,
  onChoose,
  onBrush,
  height = 220,
}: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [at, setAt] = useState<number | null>(null);
  const theme = useTheme();
  const latest = useRef({ formatAxis, onChoose, onBrush, setAt });
  latest.current = { formatAxis, onChoose, onBrush, setAt };

  // biome-ignore lint/correctness/useExhaustiveDependencies: colours are read anew for each theme
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const data = [labels.map((_, index) => index), ...lines.map((line) => [...line.values])] as uPlot.AlignedData;
    const plot = new uPlot(optionsFor(element, axisLabels, lines, height, latest), data, element);
    const resized = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height }));
    resized.observe(element);
    return () => {
      resized.disconnect();
      plot.destroy();
    };
  }, [labels, axisLabels, lines, height, theme]);

  return (
    <div className="chart" aria-hidden>
      <p className="chart-legend">
        {lines.map((line) => (
          <span key={line.label}>
            <i className={line.kind} style={{ background: `var(${line.color})` }} /> {line.label}
            {at !== null && <strong> {told(line.values[at], format)}</strong>}
          </span>
        ))}
        {at !== null && <span className="chart-at">{labels[at]}</span>}
      </p>
      <div ref={place} className={onChoose ? "chart-place choosable" : "chart-place"} />
    </div>
  );
}

/** How wide a text is on a canvas, in pixels. */
function measureBy(font: string): (text: string) => number {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return (text) => text.length * 7;
  context.font = font;
  return (text) => context.measureText(text).width;
}

function told(value: number | null | undefined, format: (value: number) => string): string {
  return value === null || value === undefined ? "–" : format(value);
}

type Latest = {
  current: Pick<ChartProps, "formatAxis" | "onChoose" | "onBrush"> & { setAt: (index: number | null) => void };
};

function optionsFor(
  element: HTMLElement,
  labels: readonly string[],
  lines: readonly Line[],
  height: number,
  latest: Latest,
): uPlot.Options {
  const muted = colorOf("--muted");
  const grid = { stroke: colorOf("--line"), width: 1 };
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const widthOf = measureBy(font);
  const widest = Math.ceil(Math.max(0, ...labels.map(widthOf)));
  const bars = uPlot.paths.bars?.({ size: [0.7, 44], radius: 0.12 });
  const brushed = latest.current.onBrush !== undefined;
  return {
    width: element.clientWidth,
    height,
    legend: { show: false },
    padding: [12, Math.ceil(widest / 2), 0, 0],
    scales: {
      x: { time: false, range: (_, min, max) => [min - 0.6, max + 0.6] },
      y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1] },
    },
    axes: [
      {
        stroke: muted,
        font,
        grid: { show: false },
        ticks: { show: false },
        size: 28,
        space: widest + 16,
        incrs: [1, 2, 3, 4, 6, 7, 12, 14, 24, 30, 60, 90, 180, 365],
        values: (_, splits) => splits.map((split) => (Number.isInteger(split) ? (labels[split] ?? "") : "")),
      },
      {
        stroke: muted,
        font,
        grid,
        ticks: { show: false },
        size: (_, told) => Math.ceil(Math.max(30, ...(told ?? []).map(widthOf))) + 14,
        values: (_, splits) => splits.map((split) => latest.current.formatAxis(split)),
      },
    ],
    series: [
      {},
      ...lines.map((line): uPlot.Series => {
        const color = colorOf(line.color);
        return line.kind === "bars"
          ? {
              label: line.label,
              fill: color,
              stroke: color,
              width: 0,
              points: { show: false },
              ...(bars && { paths: bars }),
            }
          : { label: line.label, stroke: color, width: 2, points: { show: labels.length < 40, size: 5, fill: color } };
      }),
    ],
    cursor: { y: false, points: { show: false }, drag: { x: brushed, y: false, setScale: false } },
    hooks: {
      setCursor: [(plot) => latest.current.setAt(plot.cursor.idx ?? null)],
      setSelect: [
        (plot) => {
          if (!plot.select.width) return;
          const [first, last] = [plot.select.left, plot.select.left + plot.select.width].map((x) => plot.posToIdx(x));
          plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          latest.current.onBrush?.(first ?? 0, last ?? 0);
        },
      ],
      ready: [
        (plot) =>
          plot.over.addEventListener("click", () => {
            if (typeof plot.cursor.idx === "number") latest.current.onChoose?.(plot.cursor.idx);
          }),
      ],
    },
  };
}
