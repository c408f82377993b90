import { ChartLine, LayoutDashboard, Plus, Share2 } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Empty, ProblemNotice, Skeleton } from "@/ui/notice";
import { Segments } from "@/ui/segments";
import { SPANS, spanOf } from "@/ui/spans";
import { useToast } from "@/ui/toasts";
import { firstPanels, type Panel, readPanels, writePanels } from "./dashboard";
import { useNames } from "./data";
import { PanelCard } from "./panel-card";
import "@/charts/cards.css";
import "./metrics.css";

const DashboardsDialog = lazy(async () => ({ default: (await import("./dashboards-dialog")).DashboardsDialog }));
const PanelDialog = lazy(async () => ({ default: (await import("./panel-dialog")).PanelDialog }));

/** Charts of the organization's metrics, of one's own choice, all of them in the address. */
export function MetricsPage() {
  const { metrics: messages, common } = useMessages();
  const [, navigate] = useLocation();
  const parameters = new URLSearchParams(useSearch());
  const names = useNames();
  const toast = useToast();
  const [asked, setAsked] = useState<number | "new" | null>(null);
  const [keeping, setKeeping] = useState(false);
  const chosen = readPanels(parameters);
  const panels = parameters.has("chart") ? chosen : firstPanels(names.data ?? []);
  const span = spanOf(parameters);

  const show = (next: readonly Panel[]) => navigate(`/metrics?${writePanels(next, parameters)}`);
  const share = async () => {
    const address = `${location.origin}/metrics?${writePanels(panels, parameters)}`;
    await navigator.clipboard.writeText(address);
    toast(messages.shared);
  };
  return (
    <div className="page">
      <header className="page-head">
        <h1>{messages.title}</h1>
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
      {names.isPending && <Skeleton height={300} />}
      {names.isError && <ProblemNotice error={names.error} onRetry={() => void names.refetch()} />}
      {names.data?.length === 0 && (
        <Empty icon={<ChartLine size={28} aria-hidden />} title={messages.nothing}>
          {messages.nothingHint}
        </Empty>
      )}
      {names.data && names.data.length > 0 && panels.length === 0 && (
        <Empty icon={<ChartLine size={28} aria-hidden />} title={messages.empty}>
          {messages.emptyHint}
        </Empty>
      )}
      <div className="details">
        {panels.map((panel, index) => (
          <PanelCard
            key={JSON.stringify(panel)}
            panel={panel}
            hours={SPANS[span]}
            onEdit={() => setAsked(index)}
            onRemove={() => show(panels.filter((_, each) => each !== index))}
          />
        ))}
      </div>
      {keeping && (
        <Suspense>
          <DashboardsDialog
            panels={panels}
            span={span}
            onClose={() => setKeeping(false)}
            onChoose={(kept, last) => {
              setKeeping(false);
              const next = writePanels(kept, parameters);
              next.set("span", last);
              navigate(`/metrics?${next}`);
            }}
          />
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
