import { Bookmark } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import type { Context, SavedQuery } from "./data";

const SavedDialog = lazy(async () => ({ default: (await import("./saved-dialog")).SavedDialog }));

export interface SavedSearchesProps {
  context: Context;
  /** The present search, to be kept; null where there is nothing to keep. */
  query: SavedQuery | null;
  onChoose: (query: SavedQuery) => void;
}

/** The searches that were kept, and the present one to keep. */
export function SavedSearches({ context, query, onChoose }: SavedSearchesProps) {
  const messages = useMessages().saved;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onClick={() => setOpen(true)} aria-haspopup="dialog" aria-label={messages.menu} title={messages.menu}>
        <Bookmark size={15} aria-hidden /> <span className="tool-label">{messages.menu}</span>
      </Button>
      {open && (
        <Suspense>
          <SavedDialog
            context={context}
            query={query}
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
