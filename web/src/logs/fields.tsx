import { useFormats, useMessages } from "@/i18n/locale";
import { valuesIn, withValues } from "@/search/conditions";
import { Facet } from "@/search/facet";
import type { FieldValues } from "./vocabulary";

/** What is in the entries that are shown, to narrow the search by. */
export function Fields({
  fields,
  shown,
  q,
  onChange,
}: {
  fields: readonly FieldValues[];
  /** How many entries the values were counted in. */
  shown: number;
  q: string;
  onChange: (q: string) => void;
}) {
  const messages = useMessages().logs;
  const formats = useFormats();
  return (
    <aside className="log-fields" aria-label={messages.fields}>
      <h2>{messages.fields}</h2>
      {fields.map(({ field, counts }) => {
        const chosen = valuesIn(q, field);
        return (
          <Facet
            key={field}
            title={messages.fieldNames[field] ?? field}
            counts={counts}
            chosen={chosen}
            onToggle={(value) => {
              const others = chosen.filter((each) => each !== value);
              onChange(withValues(q, field, others.length < chosen.length ? others : [...chosen, value]));
            }}
          />
        );
      })}
      <p className="muted">{messages.fieldsOf(formats.number(shown))}</p>
    </aside>
  );
}
