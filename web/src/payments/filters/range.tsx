import { Slider } from "@base-ui/react/slider";
import { type ReactNode, useId, useState } from "react";
import "./filters.css";

export interface Step {
  /** What the step is called, and how many payments are in it. */
  label: string;
  count: number;
}

interface RangeProps {
  title: string;
  label: string;
  steps: readonly Step[];
  /** The first and the last step that are chosen. */
  chosen: readonly [number, number];
  onChoose: (first: number, last: number) => void;
  told: string;
  /** What stands in its place while the slider moves over the steps from the first to the last. */
  between: (first: number, last: number) => string;
  /** What the two ends are called. */
  ends: readonly [string, string];
  /** The fields one below the other, as they are long. */
  stacked?: boolean;
  children: ReactNode;
}

/** Steps as small bars, a slider with two ends below them, and fields for exact values. */
export function Range({
  title,
  label,
  steps,
  chosen,
  onChoose,
  told,
  between,
  ends,
  stacked = false,
  children,
}: RangeProps) {
  const id = useId();
  const [sliding, setSliding] = useState<readonly number[] | null>(null);
  const [first = 0, end = steps.length] = sliding ?? [chosen[0], chosen[1] + 1];
  const most = Math.max(1, ...steps.map((step) => step.count));
  const nameOf = (edge: number) => steps[Math.min(edge, steps.length - 1)]?.label ?? "";

  return (
    <fieldset className="facet" aria-labelledby={id}>
      <legend id={id}>
        {title} <span className="told">{sliding ? between(first, end - 1) : told}</span>
      </legend>
      {steps.length > 1 && steps.some((step) => step.count > 0) && (
        <>
          <div className="range-bars" aria-hidden>
            {steps.map((step, index) => (
              <span
                key={step.label}
                className={index >= first && index < end ? "in" : ""}
                style={{ height: `${step.count === 0 ? 0 : Math.max(6, (100 * step.count) / most)}%` }}
              />
            ))}
          </div>
          <Slider.Root
            className="slider"
            aria-label={label}
            min={0}
            max={steps.length}
            minStepsBetweenValues={1}
            value={[first, end]}
            onValueChange={(value) => setSliding(value as readonly number[])}
            onValueCommitted={(value) => {
              const [from = 0, to = steps.length] = value as readonly number[];
              setSliding(null);
              onChoose(from, to - 1);
            }}
          >
            <Slider.Control className="slider-control">
              <Slider.Track className="slider-track">
                <Slider.Indicator className="slider-indicator" />
                <Slider.Thumb
                  index={0}
                  className="slider-thumb"
                  getAriaLabel={() => `${label}: ${ends[0]}`}
                  getAriaValueText={(_, value) => nameOf(value)}
                />
                <Slider.Thumb
                  index={1}
                  className="slider-thumb"
                  getAriaLabel={() => `${label}: ${ends[1]}`}
                  getAriaValueText={(_, value) => nameOf(value - 1)}
                />
              </Slider.Track>
            </Slider.Control>
          </Slider.Root>
        </>
      )}
      <div className={`range-fields ${stacked ? "stacked" : ""}`}>{children}</div>
    </fieldset>
  );
}
