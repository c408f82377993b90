import { Dialog as Base } from "@base-ui/react/dialog";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useMessages } from "@/i18n/locale";
import { IconButton } from "./button";
import "./dialog.css";

interface DialogProps {
  onClose: () => void;
  title: string;
  lead?: ReactNode;
  footer?: ReactNode;
  wide?: boolean;
  children?: ReactNode;
}

/** A modal window: focus goes in and comes back, Escape and the backdrop close it. */
export function Dialog({ onClose, title, lead, footer, wide = false, children }: DialogProps) {
  const messages = useMessages();
  return (
    <Base.Root open onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className="backdrop" />
        <Base.Popup className={`dialog ${wide ? "wide" : ""}`}>
          <header>
            <Base.Title>{title}</Base.Title>
            <Base.Close render={<IconButton label={messages.common.close} />}>
              <X size={16} aria-hidden />
            </Base.Close>
          </header>
          <div className="body">
            {lead && <Base.Description className="muted">{lead}</Base.Description>}
            {children}
          </div>
          {footer && <footer>{footer}</footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
