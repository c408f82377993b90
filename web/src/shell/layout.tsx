import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { LOCALES, useLocale } from "@/i18n/locale";
import { usePerson, useSession } from "@/session/session";
import { Button } from "@/ui/button";
import { Menu, MenuChoice, MenuItem, MenuSeparator } from "@/ui/menu";
import { useKeys } from "./keys";
import { PAGES } from "./pages";
import { applyTheme, storedTheme } from "./theme";
import "./layout.css";

const Shortcuts = lazy(async () => ({ default: (await import("./shortcuts")).Shortcuts }));

export function Layout({ children }: { children: ReactNode }) {
  const { messages } = useLocale();
  const [path, navigate] = useLocation();
  const [help, setHelp] = useState(false);
  const main = useRef<HTMLElement>(null);

  useKeys({
    "?": () => setHelp(true),
    ...Object.fromEntries(PAGES.map((page, index) => [String(index + 1), () => navigate(page.path)])),
  });
  useEffect(() => {
    const page = PAGES.find((each) => path.startsWith(each.path));
    document.title = page ? `${messages.nav[page.name]} · ${messages.product}` : messages.product;
  }, [path, messages]);

  return (
    <div className="layout">
      <Button className="skip" onClick={() => main.current?.focus()}>
        {messages.skipToContent}
      </Button>
      <header className="sidebar">
        <Link href="/payments" className="brand" aria-label={messages.product}>
          <img src="/favicon.svg" alt="" />
          <span className="label">{messages.product}</span>
        </Link>
        <nav aria-label={messages.nav.label}>
          <ul>
            {PAGES.map(({ path: to, name, icon: Icon }) => (
              <li key={to}>
                <Link
                  href={to}
                  className="nav-link"
                  aria-current={path.startsWith(to) ? "page" : undefined}
                  title={messages.nav[name]}
                >
                  <Icon size={17} strokeWidth={1.8} aria-hidden />
                  <span className="label">{messages.nav[name]}</span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Account onHelp={() => setHelp(true)} />
      </header>
      <main className="main" id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
      {help && (
        <Suspense>
          <Shortcuts onClose={() => setHelp(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Account({ onHelp }: { onHelp: () => void }) {
  const { messages, locale, choose } = useLocale();
  const { signOut } = useSession();
  const { name, organization, role } = usePerson();
  const [theme, setTheme] = useState(storedTheme);
  return (
    <div className="account">
      <Menu
        side="top"
        align="start"
        trigger={
          <Button kind="quiet" className="account-button" aria-label={messages.nav.account}>
            <span className="avatar" aria-hidden>
              {name.slice(0, 2).toUpperCase()}
            </span>
            <span className="who">
              <span>{name}</span>
              <small>
                {organization} · {messages.roles[role]}
              </small>
            </span>
          </Button>
        }
      >
        <MenuChoice
          label={messages.nav.theme}
          value={theme}
          options={messages.nav.themes}
          onChoose={(chosen) => {
            applyTheme(chosen);
            setTheme(chosen);
          }}
        />
        <MenuSeparator />
        <MenuChoice label={messages.nav.language} value={locale} options={LOCALES} onChoose={choose} />
        <MenuSeparator />
        <MenuItem onChoose={onHelp}>{messages.nav.shortcuts}</MenuItem>
        <MenuItem onChoose={signOut}>{messages.nav.signOut}</MenuItem>
      </Menu>
    </div>
  );
}
