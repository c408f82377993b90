import { RefreshCw, SearchX, Wallet } from "lucide-react";
import type { ReactNode } from "react";
import type { PaymentPage } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { isMisread } from "@/search/misread";
import { Button, IconButton } from "@/ui/button";
import { Empty, Notice, ProblemNotice, Skeleton } from "@/ui/notice";
import { type Criteria, isNarrowed } from "../criteria";
import type { Hit, usePayments } from "../data";
import { PaymentList } from "./payment-list";

interface ResultsProps {
  pages: ReturnType<typeof usePayments>;
  /** The first page, and the payments of all that were fetched. */
  first: PaymentPage | undefined;
  payments: readonly Hit[];
  criteria: Criteria;
  onChange: (criteria: Criteria) => void;
  openId: string | null;
  hrefOf: (paymentId: string) => string;
  at: number;
  sort: ReactNode;
}

/** How many there are and how fresh the answer is, and then the list, or what is to be said in its place. */
export function Results({ pages, first, payments, criteria, onChange, openId, hrefOf, at, sort }: ResultsProps) {
  const messages = useMessages().payments;
  const misread = isMisread(pages.error);

  return (
    <>
      <div className="row spread summary">
        <p aria-live="polite">{first ? <Summary page={first} pages={pages} /> : " "}</p>
        {sort}
      </div>
      {first?.didYouMean && (
        <p className="did-you-mean">
          {messages.didYouMean}{" "}
          <Button kind="quiet" size="small" onClick={() => onChange({ ...criteria, q: first.didYouMean ?? "" })}>
            <strong>{first.didYouMean}</strong>
          </Button>
        </p>
      )}
      {pages.isError && !misread && <ProblemNotice error={pages.error} onRetry={() => void pages.refetch()} />}
      {first?.stale && <Notice kind="warn">{messages.stale}</Notice>}
      {pages.isPending && <Loading />}
      {first && payments.length === 0 && !pages.isPlaceholderData && !pages.isError && (
        <Nothing narrowed={isNarrowed(criteria)} />
      )}
      {payments.length > 0 && (
        <PaymentList
          payments={payments}
          total={first?.total ?? payments.length}
          hasMore={pages.hasNextPage && !misread}
          onMore={() => {
            if (!pages.isFetching) void pages.fetchNextPage();
          }}
          openId={openId}
          hrefOf={hrefOf}
          at={at}
          dimmed={pages.isPlaceholderData || misread}
        />
      )}
    </>
  );
}

function Summary({
  page,
  pages,
}: {
  page: { total: number; totalRelation: string; asOf: string };
  pages: ReturnType<typeof usePayments>;
}) {
  const { payments: messages, common } = useMessages();
  const formats = useFormats();
  const total = formats.number(page.total);
  return (
    <>
      <strong>{page.totalRelation === "gte" ? messages.atLeast(total) : messages.total(total, page.total)}</strong>
      <span className="muted as-of"> · {messages.asOf(formats.time(page.asOf))}</span>
      <IconButton size="small" label={common.refresh} onClick={() => void pages.refetch()}>
        <RefreshCw size={13} aria-hidden className={pages.isFetching ? "turning" : ""} />
      </IconButton>
    </>
  );
}

function Nothing({ narrowed }: { narrowed: boolean }) {
  const messages = useMessages().payments;
  return narrowed ? (
    <Empty icon={<SearchX size={28} aria-hidden />} title={messages.emptyTitle}>
      {messages.emptyHint}
    </Empty>
  ) : (
    <Empty icon={<Wallet size={28} aria-hidden />} title={messages.nothingYetTitle}>
      {messages.nothingYetHint}
    </Empty>
  );
}

function Loading() {
  const { common } = useMessages();
  return (
    <div className="list loading" role="status" aria-label={common.loading}>
      {Array.from({ length: 10 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height={20} width={`${88 - ((index * 13) % 40)}%`} />
      ))}
    </div>
  );
}
