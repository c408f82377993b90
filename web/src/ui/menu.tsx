import { Menu as Base } from "@base-ui/react/menu";
import { Check } from "lucide-react";
import type { ReactElement, ReactNode } from "react";
import "./menu.css";

/** A button with a menu below it; what is in the menu are the parts that follow. */
export function Menu({
  trigger,
  side = "bottom",
  align = "end",
  children,
}: {
  trigger: ReactElement;
  side?: "bottom" | "top";
  align?: "start" | "end";
  children: ReactNode;
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner side={side} align={align} sideOffset={6} className="menu-positioner">
          <Base.Popup className="menu">{children}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({
  onChoose,
  disabled = false,
  children,
}: {
  onChoose: () => void;
  disabled?: boolean;
  children: ReactNode;
}) {
  return (
    <Base.Item className="item" onClick={onChoose} disabled={disabled}>
      {children}
    </Base.Item>
  );
}

/** One of several, the present one ticked. */
export function MenuChoice<Value extends string>({
  label,
  value,
  options,
  onChoose,
}: {
  label: string;
  value: Value;
  options: Readonly<Record<Value, string>>;
  onChoose: (value: Value) => void;
}) {
  return (
    <Base.Group>
      <Base.GroupLabel className="group-label">{label}</Base.GroupLabel>
      <Base.RadioGroup value={value} onValueChange={onChoose}>
        {(Object.keys(options) as Value[]).map((option) => (
          <Base.RadioItem key={option} value={option} className="item" closeOnClick>
            <span className="tick">
              <Base.RadioItemIndicator>
                <Check size={14} aria-hidden />
              </Base.RadioItemIndicator>
            </span>
            {options[option]}
          </Base.RadioItem>
        ))}
      </Base.RadioGroup>
    </Base.Group>
  );
}

export function MenuGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <Base.Group>
      <Base.GroupLabel className="group-label">{label}</Base.GroupLabel>
      {children}
    </Base.Group>
  );
}

export function MenuSeparator() {
  return <Base.Separator className="separator" />;
}
