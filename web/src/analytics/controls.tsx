import type { Interval } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { Field } from "@/ui/field";
import { type Period, PRESETS, type Preset } from "./period";

interface ControlsProps {
  period: Period;
  preset: Preset | null;
  currency: string;
  currencies: readonly string[];
  onPreset: (preset: Preset) => void;
  onPeriod: (part: Partial<Period>) => void;
  onCurrency: (currency: string) => void;
}

const INTERVALS: readonly Interval[] = ["day", "week", "month", "quarter", "year"];

/** What period, in what steps, and in what currency. */
export function Controls({ period, preset, currency, currencies, onPreset, onPeriod, onCurrency }: ControlsProps) {
  const messages = useMessages().analytics;
  return (
    <div className="controls">
      <fieldset className="segments" aria-label={messages.period}>
        {PRESETS.map((each) => (
          <button key={each} type="button" aria-pressed={each === preset} onClick={() => onPreset(each)}>
            {messages.presets[each]}
          </button>
        ))}
      </fieldset>
      <Field label={messages.from}>
        {(control) => (
          <input
            {...control}
            type="date"
            className="input compact"
            value={period.from}
            max={period.to}
            onChange={(event) => event.target.value && onPeriod({ from: event.target.value })}
          />
        )}
      </Field>
      <Field label={messages.to}>
        {(control) => (
          <input
            {...control}
            type="date"
            className="input compact"
            value={period.to}
            min={period.from}
            onChange={(event) => event.target.value && onPeriod({ to: event.target.value })}
          />
        )}
      </Field>
      <Field label={messages.interval}>
        {(control) => (
          <select
            {...control}
            className="input compact"
            value={period.interval}
            onChange={(event) => onPeriod({ interval: event.target.value as Interval })}
          >
            {INTERVALS.map((each) => (
              <option key={each} value={each}>
                {messages.intervals[each]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={messages.currency}>
        {(control) => (
          <select
            {...control}
            className="input compact"
            value={currency}
            onChange={(event) => onCurrency(event.target.value)}
          >
            {currencies.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </select>
        )}
      </Field>
    </div>
  );
}
