import { Bell, BellOff, Trash2, Users } from "lucide-react";
import { useState } from "react";
import type { SearchAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { Button, IconButton } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { Check, TextField } from "@/ui/field";
import { ProblemNotice, Skeleton } from "@/ui/notice";
import { useToast } from "@/ui/toasts";
import {
  type Context,
  type SavedQuery,
  useDeleteSearch,
  useSaveSearch,
  useSearches,
  useSwitchAlert,
  usualThreshold,
} from "./data";
import type { SavedSearchesProps } from "./saved-searches";
import { Threshold } from "./threshold";
import "@/ui/kept.css";

export function SavedDialog({ context, query, onClose, onChoose }: SavedSearchesProps & { onClose: () => void }) {
  const messages = useMessages().saved;
  const searches = useSearches(context);
  return (
    <Dialog onClose={onClose} title={messages.menu}>
      {searches.isPending && <Skeleton height={60} />}
      {searches.isError && <ProblemNotice error={searches.error} onRetry={() => void searches.refetch()} />}
      {searches.data?.length === 0 && <p className="muted">{messages.none}</p>}
      <ul className="kept">
        {searches.data?.map((search) => (
          <Saved key={search.searchId} search={search} onChoose={onChoose} />
        ))}
      </ul>
      {query ? <SaveForm context={context} query={query} /> : <p className="muted">{messages.narrowFirst}</p>}
    </Dialog>
  );
}

function Saved({ search, onChoose }: { search: SearchAnswer; onChoose: (query: SavedQuery) => void }) {
  const messages = useMessages().saved;
  const formats = useFormats();
  const toast = useToast();
  const remove = useDeleteSearch();
  const turn = useSwitchAlert();
  return (
    <li>
      <button type="button" className="kept-open" onClick={() => onChoose(search.query)}>
        <strong>{search.name}</strong>
        <span className="muted">
          {search.alert && (
            <>
              <Bell size={12} aria-hidden />{" "}
              {search.threshold
                ? messages.alertFrom(search.threshold.count, search.threshold.windowMinutes)
                : messages.alertOn}
              {search.lastRunAt && ` (${messages.lastRun(formats.time(search.lastRunAt), search.lastCount ?? 0)})`}{" "}
            </>
          )}
          {search.shared && (
            <>
              <Users size={12} aria-hidden /> {messages.ofOthers}
            </>
          )}
        </span>
      </button>
      <IconButton
        label={search.alert ? messages.alertOff(search.name) : messages.alertOnFor(search.name)}
        disabled={turn.isPending}
        onClick={() => turn.mutate(search)}
      >
        {search.alert ? <BellOff size={15} aria-hidden /> : <Bell size={15} aria-hidden />}
      </IconButton>
      <IconButton
        label={messages.remove(search.name)}
        disabled={remove.isPending}
        onClick={() => remove.mutate(search, { onSuccess: () => toast(messages.deleted) })}
      >
        <Trash2 size={15} aria-hidden />
      </IconButton>
      {turn.isError && <ProblemNotice error={turn.error} />}
      {remove.isError && <ProblemNotice error={remove.error} />}
    </li>
  );
}

function SaveForm({ context, query }: { context: Context; query: SavedQuery }) {
  const messages = useMessages().saved;
  const toast = useToast();
  const save = useSaveSearch();
  const [name, setName] = useState("");
  const [shared, setShared] = useState(false);
  const [alert, setAlert] = useState(false);
  const [threshold, setThreshold] = useState(usualThreshold);
  const counts = context === "logs";
  return (
    <form
      className="stack keep"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(
          { name: name.trim(), context, query, shared, alert, threshold: counts && alert ? threshold : null },
          {
            onSuccess: () => {
              toast(messages.saved);
              setName("");
            },
          },
        );
      }}
    >
      <h3>{messages.saveTitle}</h3>
      <TextField label={messages.name} required maxLength={100} value={name} onChange={setName} />
      <Check label={messages.shared} checked={shared} onChange={setShared} />
      <Check
        label={counts ? messages.alertLogs : messages.alert}
        hint={counts ? messages.alertLogsHint : messages.alertHint}
        checked={alert}
        onChange={setAlert}
      />
      {counts && alert && <Threshold threshold={threshold} onChange={setThreshold} />}
      {save.isError && <ProblemNotice error={save.error} />}
      <div>
        <Button type="submit" kind="primary" disabled={save.isPending || !name.trim()}>
          {messages.submit}
        </Button>
      </div>
    </form>
  );
}
