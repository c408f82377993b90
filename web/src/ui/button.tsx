import type { ButtonHTMLAttributes } from "react";
import "./button.css";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: "plain" | "primary" | "danger" | "quiet";
  size?: "normal" | "small";
}

export function Button({ kind = "plain", size = "normal", className = "", ...rest }: ButtonProps) {
  return <button type="button" className={`button ${kind} ${size} ${className}`} {...rest} />;
}

/** A button that shows only an icon; `label` is what it says. */
export function IconButton({ label, className = "", ...rest }: ButtonProps & { label: string }) {
  return <Button kind="quiet" className={`icon ${className}`} aria-label={label} title={label} {...rest} />;
}
