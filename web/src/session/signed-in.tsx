import { useEffect, useRef, useState } from "react";
import { useLocation } from "wouter";
import type { OidcConfig } from "@/config";
import { useMessages } from "@/i18n/locale";
import { comeBack } from "./oidc";
import { useSession } from "./session";
import { SignInFrame } from "./sign-in";

/** Where the identity provider sends the browser back to: takes the token over and goes on. */
export function SignedIn({ config }: { config: OidcConfig }) {
  const { signIn } = useSession();
  const messages = useMessages();
  const [, navigate] = useLocation();
  const [wrong, setWrong] = useState<string | null>(null);
  // A code is good for one exchange, and effects may run twice.
  const started = useRef(false);

  useEffect(() => {
    if (started.current) return;
    started.current = true;
    comeBack(config).then(
      ({ token, returnTo }) => {
        if (signIn(token)) navigate(returnTo, { replace: true });
        else setWrong(messages.signIn.unusable);
      },
      () => setWrong(messages.signIn.failed),
    );
  }, [config, signIn, navigate, messages]);

  return (
    <SignInFrame wrong={wrong}>
      {wrong ? <a href="/">{messages.common.retry}</a> : <p className="muted">{messages.signIn.finishing}</p>}
    </SignInFrame>
  );
}
