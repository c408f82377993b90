import { SlidersHorizontal } from "lucide-react";
import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import { useLocation, useSearch } from "wouter";
import { useMessages } from "@/i18n/locale";
import { SavedSearches } from "@/saved/saved-searches";
import { useReadable } from "@/search/misread";
import { useKeys } from "@/shell/keys";
import { Button } from "@/ui/button";
import { asBody, type Criteria, fromBody, isNarrowed, readCriteria, writeCriteria } from "./criteria";
import { type Hit, useFacets, usePayments } from "./data";
import { ExportButton } from "./exports/export-button";
import { Filters } from "./filters/filters";
import { Results } from "./list/results";
import { PaymentsSearch } from "./payments-search";
import { SortChoice } from "./sort-choice";
import "./payments-page.css";

const PaymentPanel = lazy(async () => ({ default: (await import("./detail/payment-panel")).PaymentPanel }));
const OPEN = "payment";

/** The payments of the organization: search, filters, the list, and one payment beside it. All of it is in the address. */
export function PaymentsPage() {
  const messages = useMessages().payments;
  const search = useSearch();
  const [, navigate] = useLocation();
  const [showFilters, setShowFilters] = useState(false);
  const [at, setAt] = useState(-1);
  const parameters = useMemo(() => new URLSearchParams(search), [search]);
  const criteria = useMemo(() => readCriteria(parameters), [parameters]);
  const openId = parameters.get(OPEN);

  const pages = usePayments(criteria);
  const found = useReadable(pages);
  const first = found?.pages[0];
  const { data: facets, isError: facetsFailed } = useFacets(criteria, !pages.isPending && !pages.isPlaceholderData);
  const payments = useMemo(() => (found?.pages.flatMap((page) => page.payments) ?? []) as Hit[], [found]);

  const hrefOf = useCallback(
    (paymentId: string | null) => {
      const next = new URLSearchParams(parameters);
      if (paymentId) next.set(OPEN, paymentId);
      else next.delete(OPEN);
      return `/payments?${next}`;
    },
    [parameters],
  );
  const change = (next: Criteria, replace = false) => {
    setAt(-1);
    navigate(`/payments?${writeCriteria(next, parameters)}`, { replace });
  };
  const close = () => navigate(hrefOf(null));
  const move = (step: number) => {
    const from = at >= 0 ? at : payments.findIndex((each) => each.paymentId === openId);
    const next = Math.max(0, Math.min(payments.length - 1, from + step));
    setAt(next);
    const payment = payments[next];
    if (openId && payment) navigate(hrefOf(payment.paymentId), { replace: true });
  };
  useKeys({ j: () => move(1), k: () => move(-1), Escape: () => openId && close() });

  return (
    <div className={`payments ${openId ? "with-panel" : ""}`}>
      <aside className={`filters ${showFilters ? "shown" : ""}`} aria-label={messages.filters}>
        <Filters criteria={criteria} facets={facets} failed={facetsFailed} onChange={change} />
      </aside>
      <section className="results" aria-label={messages.title}>
        <h1 className="visually-hidden">{messages.title}</h1>
        <div className="toolbar">
          <PaymentsSearch
            q={criteria.q}
            onChange={(q) => change({ ...criteria, q }, true)}
            facets={facets}
            error={pages.error}
            misspelt={Boolean(first?.didYouMean)}
          />
          <div className="row tools">
            <Button
              className="filters-toggle"
              aria-expanded={showFilters}
              onClick={() => setShowFilters((shown) => !shown)}
            >
              <SlidersHorizontal size={15} aria-hidden /> {messages.filters}
            </Button>
            <SavedSearches
              context="payments"
              query={isNarrowed(criteria) ? asBody(criteria) : null}
              onChoose={(query) => change(fromBody(query))}
            />
            <ExportButton criteria={criteria} total={first?.total ?? 0} />
          </div>
        </div>
        <Results
          pages={pages}
          first={first}
          payments={payments}
          criteria={criteria}
          onChange={change}
          openId={openId}
          hrefOf={hrefOf}
          at={at}
          sort={<SortChoice sort={criteria.sort} onChange={(sort) => change({ ...criteria, sort })} />}
        />
      </section>
      {openId && (
        <Suspense>
          <PaymentPanel key={openId} paymentId={openId} onClose={close} />
        </Suspense>
      )}
    </div>
  );
}
