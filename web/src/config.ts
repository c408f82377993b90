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

export async function loadConfig(): Promise<Config> {
  const answer = await fetch("/config.json", { cache: "no-cache" });
  if (!answer.ok) throw new Error(`/config.json: ${answer.status}`);
  return (await answer.json()) as Config;
}
