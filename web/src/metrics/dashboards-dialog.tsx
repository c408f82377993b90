import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import type { DashboardAnswer, DashboardsAnswer, Last } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { useApi } from "@/session/session";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { ProblemNotice, Skeleton } from "@/ui/notice";
import { fromKept, type Panel, toKept } from "./dashboard";
import "@/ui/kept.css";

const KEY = ["metrics", "dashboards"];

interface DashboardsDialogProps {
  panels: readonly Panel[];
  span: Last;
  onChoose: (panels: readonly Panel[], span: Last) => void;
  onClose: () => void;
}

/** The organization's dashboards: open one, keep the present one, delete one. */
export function DashboardsDialog({ panels, span, onChoose, onClose }: DashboardsDialogProps) {
  const { metrics: messages, saved } = useMessages();
  const api = useApi();
  const queries = useQueryClient();
  const [name, setName] = useState("");
  const kept = useQuery({
    queryKey: KEY,
    queryFn: async ({ signal }) => (await api.get<DashboardsAnswer>("/v1/dashboards", {}, { signal })).dashboards,
  });
  const changed = { onSuccess: () => queries.invalidateQueries({ queryKey: KEY }) };
  const save = useMutation({
    mutationFn: () =>
      api.call("/v1/dashboards", {
        method: "POST",
        body: { name: name.trim(), last: span, panels: panels.map(toKept) },
      }),
    ...changed,
  });
  const remove = useMutation({
    mutationFn: ({ dashboardId, version }: DashboardAnswer) =>
      api.call(`/v1/dashboards/${dashboardId}`, { method: "DELETE", headers: { "If-Match": `"${version}"` } }),
    ...changed,
  });
  const failed = kept.error ?? save.error ?? remove.error;
  return (
    <Dialog onClose={onClose} title={messages.dashboards}>
      {kept.isPending && <Skeleton height={60} />}
      {kept.data?.length === 0 && <p className="muted">{messages.noDashboards}</p>}
      <ul className="kept">
        {kept.data?.map((dashboard) => (
          <li key={dashboard.dashboardId}>
            <button
              type="button"
              className="kept-open"
              onClick={() => onChoose(dashboard.panels.map(fromKept), dashboard.last)}
            >
              <strong>{dashboard.name}</strong>
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
            save.mutate(undefined, { onSuccess: () => setName("") });
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
