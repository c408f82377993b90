/** Money, numbers, dates and durations as a locale writes them; dates in the reader's own time zone. */
export interface Formats {
  locale: string;
  /** A decimal string of a currency, exact however large. */
  money(amount: string, currency: string): string;
  /** The same without cents and in thousands or millions, for axes. */
  shortMoney(amount: number, currency: string): string;
  number(value: number): string;
  /** Three digits, in thousands or millions, for axes and figures of any size. */
  short(value: number): string;
  percent(ratio: number): string;
  /** A percentage with its sign, of what became more or less. */
  change(ratio: number): string;
  date(iso: string): string;
  /** A day in UTC, without its year. */
  day(iso: string): string;
  dateTime(iso: string): string;
  time(iso: string): string;
  /** Hour and minute. */
  clock(iso: string): string;
  /** Day, hour and minute. */
  minute(iso: string): string;
  /** To the millisecond, for what follows fast upon each other. */
  instant(iso: string): string;
  /** `2011-11` as its month's name. */
  month(yearMonth: string): string;
  duration(ms: number): string;
}

export function formatsOf(locale: string): Formats {
  const currencies = new Map<string, Intl.NumberFormat>();
  const currencyFormat = (currency: string, options: Intl.NumberFormatOptions = {}) => {
    const key = currency + JSON.stringify(options);
    const known = currencies.get(key) ?? new Intl.NumberFormat(locale, { style: "currency", currency, ...options });
    currencies.set(key, known);
    return known;
  };
  const numbers = new Intl.NumberFormat(locale);
  const shorts = new Intl.NumberFormat(locale, { notation: "compact", maximumSignificantDigits: 3 });
  const percents = new Intl.NumberFormat(locale, { style: "percent", maximumSignificantDigits: 3 });
  const changes = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1, signDisplay: "always" });
  const days = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone: "UTC" });
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: "medium" });
  const dateTimes = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" });
  const times = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
  const minutes = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "numeric",
    minute: "2-digit",
  });
  const clocks = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit" });
  const instants = new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    fractionalSecondDigits: 3,
  });
  const months = new Intl.DateTimeFormat(locale, { year: "numeric", month: "short", timeZone: "UTC" });
  const units = new Map<string, Intl.NumberFormat>();
  const unit = (name: string, digits: number) => {
    const known =
      units.get(name) ??
      new Intl.NumberFormat(locale, {
        style: "unit",
        unit: name,
        unitDisplay: "narrow",
        maximumFractionDigits: digits,
      });
    units.set(name, known);
    return known;
  };

  return {
    locale,
    money: (amount, currency) => currencyFormat(currency).format(amount as Intl.StringNumericLiteral),
    shortMoney: (amount, currency) =>
      currencyFormat(currency, { notation: "compact", maximumFractionDigits: 1 }).format(amount),
    number: (value) => numbers.format(value),
    short: (value) => shorts.format(value),
    percent: (ratio) => percents.format(ratio),
    change: (ratio) => changes.format(ratio),
    day: (iso) => days.format(new Date(iso)),
    date: (iso) => dates.format(new Date(iso)),
    dateTime: (iso) => dateTimes.format(new Date(iso)),
    time: (iso) => times.format(new Date(iso)),
    clock: (iso) => clocks.format(new Date(iso)),
    minute: (iso) => minutes.format(new Date(iso)),
    instant: (iso) => instants.format(new Date(iso)),
    month: (yearMonth) => months.format(new Date(`${yearMonth}-01T00:00:00Z`)),
    duration: (ms) => {
      if (ms < 1000) return unit("millisecond", 0).format(ms);
      if (ms < 60_000) return unit("second", 1).format(ms / 1000);
      if (ms < 3_600_000) return unit("minute", 0).format(ms / 60_000);
      if (ms < 86_400_000) return unit("hour", 0).format(ms / 3_600_000);
      return unit("day", 0).format(ms / 86_400_000);
    },
  };
}
