import type { Facets, Status } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { quoted } from "@/search/completion";
import { hasCondition, toggleCondition } from "@/search/conditions";
import { Facet } from "@/search/facet";
import { Button } from "@/ui/button";
import { Field } from "@/ui/field";
import { Skeleton } from "@/ui/notice";
import { type Criteria, EVERYTHING, isNarrowed, toggled } from "../criteria";
import { Range } from "./range";
import { amountSteps, lastDay, monthSteps } from "./ranges";
import { SettledInput } from "./settled-input";

interface FiltersProps {
  criteria: Criteria;
  facets: Facets | null | undefined;
  failed: boolean;
  onChange: (criteria: Criteria) => void;
}

/** Everything that narrows a search but its text. */
export function Filters({ criteria, facets = null, failed, onChange }: FiltersProps) {
  const messages = useMessages();
  const { facets: titles } = messages.payments;
  const change = (part: Partial<Criteria>) => onChange({ ...criteria, ...part });
  if (!facets && !failed) return <Skeleton height={320} />;
  return (
    <>
      <div className="row spread filters-head">
        <h2>{messages.payments.filters}</h2>
        {isNarrowed(criteria) && (
          <Button kind="quiet" size="small" onClick={() => onChange({ ...EVERYTHING, sort: criteria.sort })}>
            {messages.payments.clearFilters}
          </Button>
        )}
      </div>
      <Facet
        title={titles.status}
        counts={facets?.status ?? []}
        chosen={criteria.status}
        labelOf={(value) => messages.states[value as Status] ?? value}
        onToggle={(value) => change({ status: toggled(criteria.status, value) })}
      />
      <Facet
        title={titles.currency}
        counts={facets?.currency ?? []}
        chosen={criteria.currency}
        onToggle={(value) => change({ currency: toggled(criteria.currency, value) })}
      />
      <Amounts criteria={criteria} steps={facets?.amount ?? []} change={change} />
      <Months criteria={criteria} months={facets?.month ?? []} change={change} />
      <Tags criteria={criteria} tags={facets?.tags ?? []} change={change} />
    </>
  );
}

interface PartProps {
  criteria: Criteria;
  change: (part: Partial<Criteria>) => void;
}

function Amounts({ criteria, steps, change }: PartProps & { steps: NonNullable<Facets["amount"]> }) {
  const messages = useMessages().payments;
  const formats = useFormats();
  const edge = (amount: string | null) => (amount === null ? "" : formats.number(Number(amount)));
  const between = (from: string | null, to: string | null) => `${edge(from) || "0"} – ${edge(to) || "∞"}`;
  const { minAmount, maxAmount } = criteria;
  return (
    <Range
      title={messages.facets.amount}
      label={messages.amountRange}
      steps={steps.map((step) => ({ label: between(step.from, step.to), count: step.count }))}
      chosen={amountSteps(steps, minAmount, maxAmount)}
      onChoose={(first, last) => change({ minAmount: steps[first]?.from ?? "", maxAmount: steps[last]?.to ?? "" })}
      told={minAmount || maxAmount ? "" : messages.anyAmount}
      between={(first, last) => between(steps[first]?.from ?? null, steps[last]?.to ?? null)}
      ends={[messages.min, messages.max]}
    >
      <Field label={messages.min}>
        {(control) => (
          <SettledInput
            {...control}
            inputMode="decimal"
            value={minAmount}
            onSettle={(value) => change({ minAmount: value })}
          />
        )}
      </Field>
      <Field label={messages.max}>
        {(control) => (
          <SettledInput
            {...control}
            inputMode="decimal"
            value={maxAmount}
            onSettle={(value) => change({ maxAmount: value })}
          />
        )}
      </Field>
    </Range>
  );
}

function Months({ criteria, months, change }: PartProps & { months: NonNullable<Facets["month"]> }) {
  const messages = useMessages().payments;
  const formats = useFormats();
  const { from, to } = criteria;
  const all = months.length - 1;
  const nameOf = (index: number) => (months[index] ? formats.month(months[index].value) : "");
  return (
    <Range
      title={messages.facets.month}
      label={messages.dateRange}
      steps={months.map((month) => ({ label: formats.month(month.value), count: month.count }))}
      chosen={monthSteps(months, from, to)}
      onChoose={(first, last) =>
        change({
          from: first === 0 ? "" : `${months[first]?.value}-01`,
          to: last === all ? "" : lastDay(months[last]?.value ?? ""),
        })
      }
      told={from || to ? "" : messages.anyTime}
      between={(first, last) => `${nameOf(first)} – ${nameOf(last)}`}
      ends={[messages.from, messages.to]}
      stacked
    >
      <Field label={messages.from}>
        {(control) => (
          <SettledInput {...control} type="date" value={from} onSettle={(value) => change({ from: value })} />
        )}
      </Field>
      <Field label={messages.to}>
        {(control) => <SettledInput {...control} type="date" value={to} onSettle={(value) => change({ to: value })} />}
      </Field>
    </Range>
  );
}

/** Tags have no parameter of their own: they are conditions of the search text. */
function Tags({ criteria, tags, change }: PartProps & { tags: NonNullable<Facets["tags"]> }) {
  const messages = useMessages().payments;
  const conditionOf = (tag: string) => `tag:${quoted(tag)}`;
  return (
    <Facet
      title={messages.facets.tags}
      counts={tags.slice(0, 8)}
      chosen={tags.map((each) => each.value).filter((tag) => hasCondition(criteria.q, conditionOf(tag)))}
      onToggle={(tag) => change({ q: toggleCondition(criteria.q, conditionOf(tag)) })}
    />
  );
}
