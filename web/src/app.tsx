import { QueryClientProvider } from "@tanstack/react-query";
import { Compass } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Link, Redirect, Route, Switch, useLocation } from "wouter";
import { newQueryClient } from "./api/queries";
import { useConfig } from "./config";
import { LocaleProvider, useMessages } from "./i18n/locale";
import { CALLBACK } from "./session/oidc-addresses";
import { useRenewal } from "./session/renewal";
import { SessionProvider, useSession } from "./session/session";
import { SignIn } from "./session/sign-in";
import { FailureBoundary } from "./shell/failure";
import { Layout } from "./shell/layout";
import { PAGES } from "./shell/pages";
import { Empty, Notice, ProblemNotice } from "./ui/notice";
import { Toasts } from "./ui/toasts";

const SignedIn = lazy(async () => ({ default: (await import("./session/signed-in")).SignedIn }));

export function App() {
  const [queries] = useState(newQueryClient);
  return (
    <QueryClientProvider client={queries}>
      <LocaleProvider>
        <SessionProvider>
          <Toasts>
            <Entrance />
          </Toasts>
        </SessionProvider>
      </LocaleProvider>
    </QueryClientProvider>
  );
}

function Entrance() {
  const { person } = useSession();
  const [path] = useLocation();
  const config = useConfig();
  useRenewal(config.data);
  if (person) return <Pages />;
  if (config.isError) return <ProblemNotice error={config.error} onRetry={() => void config.refetch()} />;
  if (!config.data) return null;
  if (path === CALLBACK && config.data.signIn.kind === "oidc") {
    return (
      <Suspense>
        <SignedIn config={config.data.signIn} />
      </Suspense>
    );
  }
  return <SignIn config={config.data.signIn} />;
}

function Pages() {
  const [path] = useLocation();
  const messages = useMessages();
  return (
    <Layout>
      <FailureBoundary key={path} fallback={<Notice kind="bad">{messages.common.pageFailed}</Notice>}>
        <Suspense>
          <Switch>
            {PAGES.map(({ path: at, component }) => (
              <Route key={at} path={at} component={component} />
            ))}
            <Route path="/">
              <Redirect to="/payments" replace />
            </Route>
            <Route path={CALLBACK}>
              <Redirect to="/payments" replace />
            </Route>
            <Route>
              <NotFound />
            </Route>
          </Switch>
        </Suspense>
      </FailureBoundary>
    </Layout>
  );
}

function NotFound() {
  const messages = useMessages();
  return (
    <Empty icon={<Compass size={28} aria-hidden />} title={messages.common.notFound}>
      <Link href="/payments">{messages.common.backToPayments}</Link>
    </Empty>
  );
}
