import { type FormEvent, useState } from "react";
import type { MetricName } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Dialog } from "@/ui/dialog";
import { SelectField, TextField } from "@/ui/field";
import { changed, FUNCTIONS, type Panel, PICTURES, panelOf, WIDTHS } from "./dashboard";

interface PanelDialogProps {
  names: readonly MetricName[];
  /** What is to be changed; null for a new one. */
  panel: Panel | null;
  onChoose: (panel: Panel) => void;
  onClose: () => void;
}

export function PanelDialog({ names, panel, onChoose, onClose }: PanelDialogProps) {
  const messages = useMessages().metrics;
  const [draft, setDraft] = useState<Panel>(() => panel ?? panelOf(names[0] as MetricName));
  const metric = names.find((each) => each.name === draft.name);
  const change = (part: Partial<Panel>) => setDraft(changed(draft, part));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onChoose(draft);
  };
  return (
    <Dialog onClose={onClose} title={panel ? messages.edit : messages.add}>
      <form className="stack" onSubmit={submit}>
        <SelectField
          label={messages.name}
          value={draft.name}
          options={[...new Set(names.map((each) => each.name))]}
          onChange={(name) => {
            const next = names.find((each) => each.name === name);
            if (next) setDraft(panelOf(next));
          }}
        />
        <SelectField
          label={messages.function}
          value={draft.function}
          options={FUNCTIONS}
          onChange={(aggregate) => change({ function: aggregate })}
        />
        <SelectField
          label={messages.groupBy}
          value={draft.groupBy[0] ?? ""}
          options={["", ...(metric?.dimensions ?? [])]}
          nameOf={(each) => each || messages.noGroup}
          onChange={(groupBy) => change({ groupBy: groupBy ? [groupBy] : [] })}
        />
        <TextField
          label={messages.filter}
          hint={messages.filterPlaceholder}
          spellCheck={false}
          value={draft.q ?? ""}
          onChange={(q) => change({ q: q || null })}
        />
        <TextField
          label={messages.chartTitle}
          required
          maxLength={100}
          value={draft.title}
          onChange={(title) => change({ title })}
        />
        <div className="picture">
          <SelectField
            label={messages.picture}
            value={draft.picture}
            options={PICTURES}
            nameOf={(each) => messages.pictures[each]}
            onChange={(picture) => change({ picture })}
          />
          <SelectField
            label={messages.width}
            value={String(draft.width)}
            options={[...new Set([...WIDTHS, draft.width])].map(String)}
            nameOf={(each) => messages.columns(each)}
            onChange={(width) => change({ width: Number(width) })}
          />
        </div>
        <div>
          <Button type="submit" kind="primary">
            {messages.apply}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
