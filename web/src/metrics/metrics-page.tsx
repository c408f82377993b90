import { ChartLine, LayoutDashboard, Plus, Share2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { DashboardAnswer, Last } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Empty, Notice, ProblemNotice, Skeleton } from "@/ui/notice";
import { Segments } from "@/ui/segments";
import { SPANS, spanOf } from "@/ui/spans";
import { useToast } from "@/ui/toasts";
import { firstPanels, type Panel, readPanels, writePanels } from "./dashboard";
import { useDashboard, useNames, useSaveDashboard } from "./data";
import { PanelCard } from "./panel-card";
import "@/charts/cards.css";
import "./metrics.css";

const DashboardsDialog = lazy(async () => ({ default: (await import("./dashboards-dialog")).DashboardsDialog }));
const PanelDialog = lazy(async () => ({ default: (await import("./panel-dialog")).PanelDialog }));

/**
 * Charts of the organization's metrics. The address names the dashboard that is open, and holds what differs from it:
 * all its charts as soon as one was changed.
 */
export function MetricsPage() {
  const { metrics: messages, common } = useMessages();
  const [, navigate] = useLocation();
  const parameters = new URLSearchParams(useSearch());
  const names = useNames();
  const dashboardId = parameters.get("dashboard");
  const open = useDashboard(dashboardId);
  const toast = useToast();
  const [asked, setAsked] = useState<number | "new" | null>(null);
  const [keeping, setKeeping] = useState(false);
  const edited = parameters.has("chart");
  const usual = dashboardId ? (open.data?.panels ?? []) : firstPanels(names.data ?? []);
  const panels = edited ? readPanels(parameters) : usual;
  const span = parameters.has("span") ? spanOf(parameters) : (open.data?.last ?? spanOf(parameters));

  const show = (next: readonly Panel[]) => navigate(`/metrics?${writePanels(next, parameters)}`);
  const openOne = ({ dashboardId: id }: DashboardAnswer) => {
    setKeeping(false);
    navigate(`/metrics?${new URLSearchParams({ dashboard: id })}`);
  };
  const share = async () => {
    const address = dashboardId ? parameters : writePanels(panels, parameters);
    await navigator.clipboard.writeText(`${location.origin}/metrics?${address}`);
    toast(messages.shared);
  };
  return (
    <div className="page wide">
      <header className="page-head">
        <h1>{open.data?.name ?? messages.title}</h1>
        <div className="row controls-row">
          <Segments
            label={common.span}
            value={span}
            options={common.spans}
            onChoose={(each) => {
              const next = new URLSearchParams(parameters);
              next.set("span", each);
              navigate(`/metrics?${next}`);
            }}
          />
          <Button onClick={() => setKeeping(true)} aria-haspopup="dialog">
            <LayoutDashboard size={14} aria-hidden /> {messages.dashboards}
          </Button>
          <Button onClick={share} disabled={panels.length === 0}>
            <Share2 size={14} aria-hidden /> {messages.share}
          </Button>
          <Button onClick={() => setAsked("new")} disabled={!names.data?.length}>
            <Plus size={14} aria-hidden /> {messages.add}
          </Button>
        </div>
      </header>
      {open.data && edited && <Unsaved kept={open.data} panels={panels} span={span} onSaved={openOne} />}
      {(names.isPending || open.isLoading) && <Skeleton height={300} />}
      {names.isError && <ProblemNotice error={names.error} onRetry={() => void names.refetch()} />}
      {open.isError && <ProblemNotice error={open.error} onRetry={() => void open.refetch()} />}
      {names.data?.length === 0 && panels.length === 0 && (
        <Empty icon={<ChartLine size={28} aria-hidden />} title={messages.nothing}>
          {messages.nothingHint}
        </Empty>
      )}
      {names.data && names.data.length > 0 && panels.length === 0 && !open.isLoading && !open.isError && (
        <Empty icon={<ChartLine size={28} aria-hidden />} title={messages.empty}>
          {messages.emptyHint}
        </Empty>
      )}
      <div className="panels">
        {panels.map((panel, index) => (
          <PanelCard
            key={JSON.stringify(panel)}
            panel={panel}
            hours={SPANS[span]}
            onEdit={() => setAsked(index)}
            onEarlier={index > 0 ? () => show(swapped(panels, index)) : null}
            onRemove={() => show(panels.filter((_, each) => each !== index))}
          />
        ))}
      </div>
      {keeping && (
        <Suspense>
          <DashboardsDialog panels={panels} span={span} onClose={() => setKeeping(false)} onOpen={openOne} />
        </Suspense>
      )}
      {asked !== null && names.data && (
        <Suspense>
          <PanelDialog
            names={names.data}
            panel={asked === "new" ? null : (panels[asked] ?? null)}
            onClose={() => setAsked(null)}
            onChoose={(panel) => {
              setAsked(null);
              show(
                asked === "new" ? [...panels, panel] : panels.map((each, index) => (index === asked ? panel : each)),
              );
            }}
          />
        </Suspense>
      )}
    </div>
  );
}

interface UnsavedProps {
  kept: DashboardAnswer;
  panels: readonly Panel[];
  span: Last;
  onSaved: (dashboard: DashboardAnswer) => void;
}

/** The open dashboard was changed in the address only: keep it so for everybody, or drop what was changed. */
function Unsaved({ kept, panels, span, onSaved }: UnsavedProps) {
  const { metrics: messages, saved } = useMessages();
  const save = useSaveDashboard(kept);
  return (
    <>
      <Notice>
        <div className="row spread">
          {messages.unsaved}
          <span className="row">
            <Button size="small" onClick={() => onSaved(kept)}>
              {messages.drop}
            </Button>
            <Button
              size="small"
              kind="primary"
              disabled={save.isPending || panels.length === 0}
              onClick={() => save.mutate({ name: kept.name, last: span, panels: [...panels] }, { onSuccess: onSaved })}
            >
              {saved.submit}
            </Button>
          </span>
        </div>
      </Notice>
      {save.isError && <ProblemNotice error={save.error} />}
    </>
  );
}

/** With the panel at `index` and the one before it in each other's places. */
function swapped(panels: readonly Panel[], index: number): Panel[] {
  return panels.toSpliced(index - 1, 2, ...panels.slice(index - 1, index + 1).toReversed());
}
