import { Progress } from "@base-ui/react/progress";
import { Download } from "lucide-react";
import { useState } from "react";
import type { ExportAnswer, Format } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField } from "@/ui/field";
import { ProblemNotice, Skeleton } from "@/ui/notice";
import type { Criteria } from "../criteria";
import { isUnderWay, useDownload, useExports, useStartExport } from "./data";
import "@/ui/progress.css";
import "./exports.css";

interface ExportDialogProps {
  criteria: Criteria;
  total: number;
  onClose: () => void;
}

export function ExportDialog({ criteria, total, onClose }: ExportDialogProps) {
  const { exports: messages, payments } = useMessages();
  const formats = useFormats();
  const start = useStartExport();
  const recent = useExports();
  const [format, setFormat] = useState<Format>("csv");
  return (
    <Dialog onClose={onClose} title={messages.title} lead={messages.lead(payments.total(formats.number(total), total))}>
      <form
        className="export-form"
        onSubmit={(event) => {
          event.preventDefault();
          start.mutate({ criteria, format });
        }}
      >
        <SelectField
          label={messages.format}
          value={format}
          options={["csv", "ndjson"]}
          nameOf={(each) => messages.formats[each]}
          onChange={setFormat}
        />
        <Button type="submit" kind="primary" disabled={start.isPending}>
          {messages.start}
        </Button>
      </form>
      {start.isError && <ProblemNotice error={start.error} />}
      <section className="stack">
        <h3>{messages.recent}</h3>
        {recent.isPending && <Skeleton height={48} />}
        {recent.isError && <ProblemNotice error={recent.error} onRetry={() => void recent.refetch()} />}
        {recent.data?.length === 0 && <p className="muted">{messages.none}</p>}
        <ul className="exports">
          {recent.data?.map((each) => (
            <ExportItem key={each.exportId} item={each} />
          ))}
        </ul>
      </section>
    </Dialog>
  );
}

function ExportItem({ item }: { item: ExportAnswer }) {
  const messages = useMessages().exports;
  const formats = useFormats();
  const download = useDownload();
  const written = formats.number(item.written);
  return (
    <li>
      <div className="row spread">
        <span>
          <strong>{item.format.toUpperCase()}</strong> · {formats.dateTime(item.createdAt)}
        </span>
        {item.status === "done" ? (
          <Button size="small" disabled={download.isPending} onClick={() => download.mutate(item.exportId)}>
            <Download size={13} aria-hidden /> {messages.download}
          </Button>
        ) : (
          <span className={item.status === "failed" ? "wrong" : "muted"}>{messages.status[item.status]}</span>
        )}
      </div>
      {isUnderWay(item) && (
        <Progress.Root
          className="progress"
          value={item.total ? item.written : null}
          max={item.total ?? 1}
          aria-label={messages.status[item.status]}
        >
          <Progress.Track className="progress-track">
            <Progress.Indicator className="progress-indicator" />
          </Progress.Track>
        </Progress.Root>
      )}
      <p className="muted">
        {messages.progress(written, item.total === null ? "…" : formats.number(item.total))}
        {item.expiresAt && ` · ${messages.expires(formats.dateTime(item.expiresAt))}`}
      </p>
      {item.reason && <p className="wrong">{item.reason}</p>}
      {download.isError && <ProblemNotice error={download.error} />}
    </li>
  );
}
