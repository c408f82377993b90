import { Download } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import type { Criteria } from "../criteria";

const ExportDialog = lazy(async () => ({ default: (await import("./export-dialog")).ExportDialog }));

export function ExportButton({ criteria, total }: { criteria: Criteria; total: number }) {
  const messages = useMessages().exports;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog" aria-label={messages.open} title={messages.open}>
        <Download size={15} aria-hidden /> <span className="tool-label">{messages.open}</span>
      </Button>
      {open && (
        <Suspense>
          <ExportDialog criteria={criteria} total={total} onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
