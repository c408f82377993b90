import { useId } from "react";
import { useFormats } from "@/i18n/locale";
import "./facet.css";

interface FacetProps {
  title: string;
  counts: readonly { value: string; count: number }[];
  chosen: readonly string[];
  labelOf?: (value: string) => string;
  onToggle: (value: string) => void;
}

/** Values with how many payments have them, to be chosen one by one. */
export function Facet({ title, counts, chosen, labelOf = (value) => value, onToggle }: FacetProps) {
  const formats = useFormats();
  const id = useId();
  const missing = chosen.filter((value) => !counts.some((each) => each.value === value));
  const shown = [...counts, ...missing.map((value) => ({ value, count: 0 }))];
  if (shown.length === 0) return null;
  return (
    <fieldset className="facet" aria-labelledby={id}>
      <legend id={id}>{title}</legend>
      {shown.map(({ value, count }) => (
        <label key={value} className="facet-value">
          <input type="checkbox" checked={chosen.includes(value)} onChange={() => onToggle(value)} />
          <span className="name">{labelOf(value)}</span>
          <span className="count">{formats.number(count)}</span>
        </label>
      ))}
    </fieldset>
  );
}
