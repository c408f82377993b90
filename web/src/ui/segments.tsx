import "./segments.css";

/** One of a few, all of them in sight. */
export function Segments<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: Value | null;
  options: Readonly<Record<Value, string>>;
  onChoose: (value: Value) => void;
}) {
  return (
    <fieldset className="segments-field">
      <legend>{label}</legend>
      <div className="segments">
        {(Object.keys(options) as Value[]).map((option) => (
          <button key={option} type="button" aria-pressed={option === value} onClick={() => onChoose(option)}>
            {options[option]}
          </button>
        ))}
      </div>
    </fieldset>
  );
}
