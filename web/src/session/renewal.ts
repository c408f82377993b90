import { useEffect } from "react";
import type { Config } from "@/config";
import { readToken } from "./claims";
import { useSession } from "./session";

/** So long before a token ends, another one is asked for. */
const AHEAD_MS = 120_000;

/** Keeps who is signed in at an identity provider signed in, for as long as the provider lets them. */
export function useRenewal(config: Config | undefined): void {
  const { token, signIn } = useSession();
  useEffect(() => {
    if (!token || config?.signIn.kind !== "oidc") return;
    const oidc = config.signIn;
    const expires = readToken(token)?.expires ?? 0;
    const renew = async () => {
      const { renewed } = await import("./oidc");
      // When it fails, the session ends with its token, as without it.
      const next = await renewed(oidc).catch(() => null);
      if (next) signIn(next);
    };
    const timer = setTimeout(renew, Math.max(0, expires - Date.now() - AHEAD_MS));
    return () => clearTimeout(timer);
  }, [token, config, signIn]);
}
