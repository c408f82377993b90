import { type InputHTMLAttributes, useState } from "react";

interface SettledInputProps extends InputHTMLAttributes<HTMLInputElement> {
  value: string;
  onSettle: (value: string) => void;
}

/** An input that tells its value when the reader is done with it: by Enter, or by leaving it. */
export function SettledInput({ value, onSettle, ...rest }: SettledInputProps) {
  const [draft, setDraft] = useState(value);
  const [from, setFrom] = useState(value);
  if (from !== value) {
    setFrom(value);
    setDraft(value);
  }
  const settle = () => draft.trim() !== value && onSettle(draft.trim());
  return (
    <input
      {...rest}
      className="input compact"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={settle}
      onKeyDown={(event) => event.key === "Enter" && settle()}
    />
  );
}
