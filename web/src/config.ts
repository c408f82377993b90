import { useQuery } from "@tanstack/react-query";

export interface OidcConfig {
  kind: "oidc";
  authority: string;
  clientId: string;
  scope: string;
  /** Where the provider's own session is ended; null where it has no such address. */
  signOutUrl: string | null;
}

/** What the place of its deployment tells the console, from /config.json. */
export interface Config {
  /** local: this machine, where anybody may ask for a token. */
  signIn: { kind: "local" } | OidcConfig;
}

/** The configuration, once it is there. */
export function useConfig() {
  return useQuery({ queryKey: ["config"], queryFn: loadConfig, staleTime: Number.POSITIVE_INFINITY });
}

async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
