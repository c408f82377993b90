import type { ThresholdBody } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { TextField } from "@/ui/field";

/** How many log entries, within how long, are worth a message. */
export function Threshold({
  threshold,
  onChange,
}: {
  threshold: ThresholdBody;
  onChange: (threshold: ThresholdBody) => void;
}) {
  const messages = useMessages().saved;
  return (
    <div className="threshold">
      <TextField
        label={messages.atLeast}
        type="number"
        required
        min={1}
        max={1_000_000}
        value={threshold.count || ""}
        onChange={(count) => onChange({ ...threshold, count: Number(count) })}
      />
      <TextField
        label={messages.within}
        type="number"
        required
        min={1}
        max={1440}
        value={threshold.windowMinutes || ""}
        onChange={(minutes) => onChange({ ...threshold, windowMinutes: Number(minutes) })}
      />
    </div>
  );
}
