import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { Link, useLocation } from "wouter";
import { useMessages } from "@/i18n/locale";
import { usePerson } from "@/session/session";
import { Button } from "@/ui/button";
import { useKeys } from "./keys";
import { PAGES } from "./pages";
import "./layout.css";

const Settings = lazy(async () => ({ default: (await import("./settings")).Settings }));

export function Layout({ children }: { children: ReactNode }) {
  const messages = useMessages();
  const [path, navigate] = useLocation();
  const [settings, setSettings] = useState(false);
  const main = useRef<HTMLElement>(null);

  useKeys({
    "?": () => setSettings(true),
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
                  aria-label={messages.nav[name]}
                  title={messages.nav[name]}
                >
                  <Icon size={17} strokeWidth={1.8} aria-hidden />
                  <span className="label">{messages.nav[name]}</span>
                </Link>
              </li>
            ))}
          </ul>
        </nav>
        <Account onOpen={() => setSettings(true)} />
      </header>
      <main className="main" id="main" tabIndex={-1} ref={main}>
        {children}
      </main>
      {settings && (
        <Suspense>
          <Settings onClose={() => setSettings(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Account({ onOpen }: { onOpen: () => void }) {
  const messages = useMessages();
  const { name, organization, role } = usePerson();
  return (
    <Button
      kind="quiet"
      className="account account-button"
      aria-label={messages.nav.account}
      aria-haspopup="dialog"
      onClick={onOpen}
    >
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
  );
}
