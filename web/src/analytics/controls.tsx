import type { Interval } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { SelectField, TextField } from "@/ui/field";
import { Segments } from "@/ui/segments";
import type { Period, Preset } from "./period";

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
      <Segments label={messages.period} value={preset} options={messages.presets} onChoose={onPreset} />
      <TextField
        label={messages.from}
        type="date"
        className="compact"
        value={period.from}
        max={period.to}
        onChange={(from) => from && onPeriod({ from })}
      />
      <TextField
        label={messages.to}
        type="date"
        className="compact"
        value={period.to}
        min={period.from}
        onChange={(to) => to && onPeriod({ to })}
      />
      <SelectField
        label={messages.interval}
        className="compact"
        value={period.interval}
        options={INTERVALS}
        nameOf={(each) => messages.intervals[each]}
        onChange={(interval) => onPeriod({ interval })}
      />
      <SelectField
        label={messages.currency}
        className="compact"
        value={currency}
        options={currencies}
        onChange={onCurrency}
      />
    </div>
  );
}
