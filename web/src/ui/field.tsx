import { type InputHTMLAttributes, type ReactNode, useId } from "react";
import "./field.css";

interface FieldProps {
  label: string;
  hint?: string | undefined;
  /** What is wrong with the value, or nothing. */
  wrong?: string | undefined;
  children: (control: { id: string; "aria-describedby": string | undefined; "aria-invalid": boolean }) => ReactNode;
}

/** A label, a control, and what there is to say about them, tied together for every reader. */
export function Field({ label, hint, wrong, children }: FieldProps) {
  const id = useId();
  const told = wrong ?? hint;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, "aria-describedby": told ? `${id}-told` : undefined, "aria-invalid": wrong !== undefined })}
      {told && (
        <p id={`${id}-told`} className={wrong ? "wrong" : "hint"} role={wrong ? "alert" : undefined}>
          {told}
        </p>
      )}
    </div>
  );
}

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, "onChange"> {
  label: string;
  hint?: string | undefined;
  wrong?: string | undefined;
  onChange: (value: string) => void;
}

export function TextField({ label, hint, wrong, onChange, className = "", ...rest }: TextFieldProps) {
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      {(control) => (
        <input
          {...control}
          {...rest}
          className={`input ${className}`}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  );
}

/** One of several, named by `nameOf`. */
export function SelectField<Value extends string>({
  label,
  value,
  options,
  nameOf = (option) => option,
  onChange,
  className = "",
}: {
  label: string;
  value: Value;
  options: readonly Value[];
  nameOf?: (option: Value) => string;
  onChange: (value: Value) => void;
  className?: string;
}) {
  return (
    <Field label={label}>
      {(control) => (
        <select
          {...control}
          className={`input ${className}`}
          value={value}
          onChange={(event) => onChange(event.target.value as Value)}
        >
          {options.map((option) => (
            <option key={option} value={option}>
              {nameOf(option)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function Check({
  label,
  hint,
  checked,
  onChange,
}: {
  label: string;
  hint?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
}) {
  return (
    <label className="check">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>
        {label}
        {hint && <span className="muted"> {hint}</span>}
      </span>
    </label>
  );
}
