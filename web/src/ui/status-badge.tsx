import type { Status } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import "./status-badge.css";

export function StatusBadge({ status, pending = false }: { status: Status; pending?: boolean }) {
  const messages = useMessages();
  return <span className={`status ${status} ${pending ? "pending" : ""}`}>{messages.states[status]}</span>;
}
