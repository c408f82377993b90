import type { StatisticsAnswer } from "@/api/schema";
import { useFormats, useMessages } from "@/i18n/locale";
import { useTotals } from "./data";
import type { Period } from "./period";

interface CurrenciesProps {
  period: Period;
  rates: StatisticsAnswer | undefined;
  chosen: string;
  onChoose: (currency: string) => void;
}

/** The currencies side by side, where there are several: money is never added over them. */
export function Currencies({ period, rates, chosen, onChoose }: CurrenciesProps) {
  const messages = useMessages().analytics;
  const formats = useFormats();
  const totals = useTotals(period).data;
  if (!totals) return null;
  // Also those in which nothing came in: what failed is told too.
  const all = [...totals.currency, ...(rates?.rates ?? [])].map((each) => each.currency);
  const currencies = [...new Set(all)];
  if (currencies.length < 2) return null;
  const percent = (rate: string | null | undefined) => (rate ? formats.percent(Number(rate)) : "–");
  return (
    <section className="card stack" aria-label={messages.byCurrency}>
      <h2>{messages.byCurrency}</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keys */}
      <section className="as-table" aria-label={messages.byCurrency} tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">{messages.currency}</th>
              <th scope="col">{messages.revenue}</th>
              <th scope="col">{messages.before}</th>
              <th scope="col">{messages.count}</th>
              <th scope="col">{messages.failureRate}</th>
              <th scope="col">{messages.refundRate}</th>
            </tr>
          </thead>
          <tbody>
            {currencies.map((currency) => {
              const total = totals.currency.find((each) => each.currency === currency);
              const rate = rates?.rates?.find((each) => each.currency === currency);
              const before = totals.previous?.currency.find((each) => each.currency === currency);
              return (
                <tr key={currency}>
                  <th scope="row">
                    <button
                      type="button"
                      className="link"
                      aria-pressed={currency === chosen}
                      onClick={() => onChoose(currency)}
                    >
                      {currency}
                    </button>
                  </th>
                  <td>{total ? formats.money(total.sum, currency) : "–"}</td>
                  <td>{before ? formats.money(before.sum, currency) : "–"}</td>
                  <td>{formats.number(total?.count ?? 0)}</td>
                  <td>{percent(rate?.failureRate)}</td>
                  <td>{percent(rate?.refundRate)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </section>
  );
}
