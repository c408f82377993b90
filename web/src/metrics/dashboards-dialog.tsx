import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { DashboardAnswer, Last } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { ProblemNotice, Skeleton } from "@/ui/notice";
import type { Panel } from "./dashboard";
import { useDashboards, useDeleteDashboard, useSaveDashboard } from "./data";
import "@/ui/kept.css";

interface DashboardsDialogProps {
  panels: readonly Panel[];
  span: Last;
  onOpen: (dashboard: DashboardAnswer) => void;
  onClose: () => void;
}

/** The organization's dashboards: open one, keep the present charts as a new one, delete one. */
export function DashboardsDialog({ panels, span, onOpen, onClose }: DashboardsDialogProps) {
  const { metrics: messages, saved } = useMessages();
  const [name, setName] = useState("");
  const kept = useDashboards();
  const save = useSaveDashboard(null);
  const remove = useDeleteDashboard();
  const failed = kept.error ?? save.error ?? remove.error;
  return (
    <Dialog onClose={onClose} title={messages.dashboards}>
      {kept.isPending && <Skeleton height={60} />}
      {kept.data?.length === 0 && <p className="muted">{messages.noDashboards}</p>}
      <ul className="kept">
        {kept.data?.map((dashboard) => (
          <li key={dashboard.dashboardId}>
            <button type="button" className="kept-open" onClick={() => onOpen(dashboard)}>
              <strong>{dashboard.name}</strong>
              <span className="muted">{messages.charts(dashboard.panels.length)}</span>
            </button>
            <IconButton label={saved.remove(dashboard.name)} onClick={() => remove.mutate(dashboard)}>
              <Trash2 size={15} aria-hidden />
            </IconButton>
          </li>
        ))}
      </ul>
      {failed && <ProblemNotice error={failed} />}
      {panels.length > 0 && (
        <form
          className="stack keep"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate({ name: name.trim(), last: span, panels: [...panels] }, { onSuccess: onOpen });
          }}
        >
          <TextField label={messages.dashboardName} required maxLength={100} value={name} onChange={setName} />
          <div>
            <Button type="submit" kind="primary" disabled={save.isPending || !name.trim()}>
              {saved.submit}
            </Button>
          </div>
        </form>
      )}
    </Dialog>
  );
}
