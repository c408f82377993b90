import { Bookmark } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import type { Criteria } from "../criteria";

const SavedDialog = lazy(async () => ({ default: (await import("./saved-dialog")).SavedDialog }));

/** The searches that were kept, and the present one to keep. */
export function SavedSearches({ criteria, onChoose }: { criteria: Criteria; onChoose: (criteria: Criteria) => void }) {
  const messages = useMessages().saved;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
        <Bookmark size={15} aria-hidden /> <span className="tool-label">{messages.menu}</span>
      </Button>
      {open && (
        <Suspense>
          <SavedDialog
            criteria={criteria}
            onClose={() => setOpen(false)}
            onChoose={(chosen) => {
              setOpen(false);
              onChoose(chosen);
            }}
          />
        </Suspense>
      )}
    </>
  );
}
