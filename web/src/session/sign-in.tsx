import { type ReactNode, useState } from "react";
import { useLocation, useSearch } from "wouter";
import type { Config, OidcConfig } from "@/config";
import { useMessages } from "@/i18n/locale";
import { Button } from "@/ui/button";
import { Notice } from "@/ui/notice";
import { LocalSignIn } from "./local-sign-in";
import { useSession } from "./session";
import "./sign-in.css";

export function SignIn({ config }: { config: Config["signIn"] }) {
  return config.kind === "local" ? <LocalSignIn /> : <ProviderSignIn config={config} />;
}

function ProviderSignIn({ config }: { config: OidcConfig }) {
  const messages = useMessages();
  const [path] = useLocation();
  const search = useSearch();
  const [leaving, setLeaving] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);

  const leave = async () => {
    setLeaving(true);
    try {
      const { leaveToSignIn } = await import("./oidc");
      await leaveToSignIn(config, path + (search ? `?${search}` : ""));
    } catch {
      setLeaving(false);
      setWrong(messages.signIn.failed);
    }
  };
  return (
    <SignInFrame wrong={wrong} lead={messages.signIn.lead}>
      <Button kind="primary" onClick={leave} disabled={leaving}>
        {leaving ? messages.signIn.leaving : messages.signIn.withProvider}
      </Button>
    </SignInFrame>
  );
}

/** The card in the middle of the screen that everything about signing in stands in. */
export function SignInFrame({
  wrong,
  lead,
  children,
}: {
  wrong?: string | null;
  lead?: string | undefined;
  children: ReactNode;
}) {
  const messages = useMessages();
  const { ended } = useSession();
  return (
    <main className="sign-in">
      <div className="card stack">
        <img src="/favicon.svg" alt="" width={36} height={36} />
        <div>
          <h1>{messages.signIn.title}</h1>
          {lead && <p className="muted">{lead}</p>}
        </div>
        {ended && !wrong && (
          <Notice kind={ended === "expired" ? "warn" : "info"}>
            {ended === "expired" ? messages.signIn.expired : messages.signIn.signedOut}
          </Notice>
        )}
        {wrong && <Notice kind="bad">{wrong}</Notice>}
        {children}
      </div>
    </main>
  );
}
