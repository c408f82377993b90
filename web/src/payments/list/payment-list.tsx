import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, useEffect, useRef } from "react";
import { useMessages } from "@/i18n/locale";
import { Skeleton } from "@/ui/notice";
import type { Hit } from "../data";
import { useWrites, withWrite } from "../writes";
import { PaymentRow } from "./payment-row";
import "./payment-list.css";

const ROW_HEIGHT = 56;
/** Rows that stand for what is still to come, and how near to the end the next page is fetched. */
const COMING = 8;
const AHEAD = 40;

interface PaymentListProps {
  payments: readonly Hit[];
  total: number;
  hasMore: boolean;
  onMore: () => void;
  /** The payment whose details are open. */
  openId: string | null;
  hrefOf: (paymentId: string) => string;
  /** The row that j and k are at; -1 before the first one. */
  at: number;
  dimmed: boolean;
}

/** All payments that were fetched, of which only those in sight are in the document. */
export function PaymentList({ payments, total, hasMore, onMore, openId, hrefOf, at, dimmed }: PaymentListProps) {
  const messages = useMessages().payments;
  const writes = useWrites();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: payments.length + (hasMore ? COMING : 0),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (index) => payments[index]?.paymentId ?? index,
    overscan: 12,
  });
  const items = rows.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  useEffect(() => {
    if (hasMore && last >= payments.length - AHEAD) onMore();
  }, [hasMore, last, payments.length, onMore]);
  useEffect(() => {
    if (at < 0) return;
    rows.scrollToIndex(at);
    // The row may come into the document only now.
    requestAnimationFrame(() => {
      scroller.current?.querySelector<HTMLElement>(`[aria-rowindex="${at + 2}"] a`)?.focus({ preventScroll: true });
    });
  }, [at, rows]);
  const scrolled = (event: KeyboardEvent) => {
    if (event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    rows.scrollToIndex(event.key === "Home" ? 0 : payments.length - 1);
  };

  return (
    <div className="list" role="table" aria-label={messages.title} aria-rowcount={total + 1} aria-busy={dimmed}>
      <div role="rowgroup">
        <div className="list-row list-head" role="row" aria-rowindex={1}>
          {(["payment", "customer", "status", "amount", "date"] as const).map((column) => (
            <span key={column} role="columnheader" className={`${column}-cell`}>
              {messages.columns[column]}
            </span>
          ))}
        </div>
      </div>
      <div ref={scroller} className={`list-body ${dimmed ? "dimmed" : ""}`} role="rowgroup" onKeyDown={scrolled}>
        <div className="list-space" style={{ height: rows.getTotalSize() }}>
          {items.map(({ index, start, key }) => {
            const hit = payments[index];
            const place = { transform: `translateY(${start}px)`, height: ROW_HEIGHT };
            if (!hit) {
              return (
                <div key={key} className="list-row coming" style={place} aria-hidden>
                  <Skeleton width="60%" />
                </div>
              );
            }
            const { payment, pending } = withWrite(hit, writes[hit.paymentId]);
            return (
              <PaymentRow
                key={key}
                payment={payment}
                pending={pending}
                index={index}
                place={place}
                href={hrefOf(hit.paymentId)}
                open={hit.paymentId === openId}
              />
            );
          })}
        </div>
      </div>
    </div>
  );
}
