import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from "react";
import { en, type Messages } from "./en";
import { type Formats, formatsOf } from "./format";

export const LOCALES = { en: "English", fr: "Français" } as const;
export type Locale = keyof typeof LOCALES;

const STORED = "payments.locale";
/** English comes with the first load, the others when they are chosen. */
const CATALOGUES: Record<Exclude<Locale, "en">, () => Promise<Messages>> = {
  fr: async () => (await import("./fr")).fr,
};

interface LocaleState {
  locale: Locale;
  messages: Messages;
  formats: Formats;
  choose(locale: Locale): void;
}

const LocaleContext = createContext<LocaleState | null>(null);

export function LocaleProvider({ children }: { children: ReactNode }) {
  const [wanted, setWanted] = useState(preferred);
  const [loaded, setLoaded] = useState<{ locale: Locale; messages: Messages }>({ locale: "en", messages: en });

  useEffect(() => {
    let current = true;
    const catalogue = wanted === "en" ? Promise.resolve(en) : CATALOGUES[wanted]();
    catalogue.then((messages) => current && setLoaded({ locale: wanted, messages }));
    return () => {
      current = false;
    };
  }, [wanted]);
  useEffect(() => {
    document.documentElement.lang = loaded.locale;
  }, [loaded.locale]);

  const state = useMemo<LocaleState>(
    () => ({
      ...loaded,
      formats: formatsOf(regional(loaded.locale)),
      choose: (locale) => {
        localStorage.setItem(STORED, locale);
        setWanted(locale);
      },
    }),
    [loaded],
  );
  return <LocaleContext value={state}>{children}</LocaleContext>;
}

export function useLocale(): LocaleState {
  const state = useContext(LocaleContext);
  if (!state) throw new Error("useLocale outside of LocaleProvider");
  return state;
}

export function useMessages(): Messages {
  return useLocale().messages;
}

export function useFormats(): Formats {
  return useLocale().formats;
}

function preferred(): Locale {
  const wanted = [localStorage.getItem(STORED), ...navigator.languages];
  for (const each of wanted) {
    const language = each?.split("-")[0];
    if (language && language in LOCALES) return language as Locale;
  }
  return "en";
}

/** The reader's own region where the browser tells one for this language: en-GB rather than en. */
function regional(locale: Locale): string {
  return navigator.languages.find((each) => each.split("-")[0] === locale) ?? locale;
}
