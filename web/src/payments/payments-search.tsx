import { useCallback, useMemo, useState } from "react";
import type { Facets } from "@/api/schema";
import { useMessages } from "@/i18n/locale";
import { type Completion, complete, DATES, freeWords, quoted } from "@/search/completion";
import { SearchBox } from "@/search/search-box";
import { STATUSES } from "./criteria";
import { useSuggestions } from "./data";

const FIELDS = [
  "status:",
  "currency:",
  "amount:",
  "amount>",
  "amount<",
  "refund>",
  "processed:",
  "processed>=",
  "requested:",
  "refunded:",
  "updated:",
  "tag:",
  "user:",
  "id:",
  "description:",
  "error:",
  "metadata.",
];

interface PaymentsSearchProps {
  q: string;
  onChange: (q: string) => void;
  facets: Facets | null | undefined;
  error: unknown;
  /** Whether other words are proposed below, which completions would then cover. */
  misspelt: boolean;
}

/** The search text of payments, completed by what there is in the organization: also by descriptions. */
export function PaymentsSearch({ q, onChange, facets, error, misspelt }: PaymentsSearchProps) {
  const messages = useMessages().payments;
  const [typed, setTyped] = useState<string | null>(null);
  const vocabulary = useMemo(() => {
    const values = {
      status: STATUSES,
      currency: (facets?.currency ?? []).map((each) => each.value),
      tag: (facets?.tags ?? []).map((each) => each.value),
      ...Object.fromEntries(["processed", "requested", "refunded", "updated"].map((field) => [field, DATES])),
    };
    return { fields: FIELDS, values };
  }, [facets]);
  // Not for text that is still being typed, nor where another spelling is proposed.
  const words = misspelt || (typed !== null && typed !== q) ? "" : freeWords(q);
  const descriptions = useSuggestions(words).data?.suggestions;
  const completions = useCallback(
    (text: string, caret: number) => {
      const suggested = (descriptions ?? []).map(
        (each): Completion => ({ kind: "description", label: each.text, insert: quoted(each.text), from: 0 }),
      );
      return [...complete(text, caret, vocabulary), ...suggested];
    },
    [descriptions, vocabulary],
  );
  return (
    <SearchBox
      q={q}
      label={messages.search}
      placeholder={messages.searchPlaceholder}
      error={error}
      onChange={onChange}
      completions={completions}
      onType={setTyped}
    />
  );
}
