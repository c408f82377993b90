import { Toast } from "@base-ui/react/toast";
import { X } from "lucide-react";
import type { ReactNode } from "react";
import { useMessages } from "@/i18n/locale";
import { IconButton } from "./button";
import "./toasts.css";

/** Short news at the edge of the screen, told to screen readers too. */
export function Toasts({ children }: { children: ReactNode }) {
  return (
    <Toast.Provider timeout={5000}>
      {children}
      <Toast.Portal>
        <Toast.Viewport className="toasts">
          <List />
        </Toast.Viewport>
      </Toast.Portal>
    </Toast.Provider>
  );
}

function List() {
  const { toasts } = Toast.useToastManager();
  const messages = useMessages();
  return toasts.map((toast) => (
    <Toast.Root key={toast.id} toast={toast} className="toast">
      <Toast.Title render={<span />} />
      <Toast.Close render={<IconButton size="small" label={messages.common.close} />}>
        <X size={14} aria-hidden />
      </Toast.Close>
    </Toast.Root>
  ));
}

export function useToast(): (title: string) => void {
  const { add } = Toast.useToastManager();
  return (title) => void add({ title });
}
