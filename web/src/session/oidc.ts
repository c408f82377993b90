import { UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { OidcConfig } from "@/config";
import { CALLBACK } from "./oidc-addresses";

/** Authorization code with PKCE; the library keeps state, verifier and refresh token in the tab's own storage. */
function manager(config: OidcConfig): UserManager {
  const store = new WebStorageStateStore({ store: sessionStorage, prefix: "payments.oidc." });
  return new UserManager({
    authority: config.authority,
    client_id: config.clientId,
    redirect_uri: location.origin + CALLBACK,
    response_type: "code",
    scope: config.scope,
    automaticSilentRenew: false,
    stateStore: store,
    userStore: store,
  });
}

/** Leave for the provider's sign-in page; comes back at CALLBACK, and then to `returnTo`. */
export async function leaveToSignIn(config: OidcConfig, returnTo: string): Promise<void> {
  await manager(config).signinRedirect({ state: { returnTo } });
}

/** Exchange the code in the address for a token. */
export async function comeBack(config: OidcConfig): Promise<{ token: string; returnTo: string }> {
  const user = await manager(config).signinRedirectCallback();
  if (!user.id_token) throw new Error("no ID token");
  const { returnTo } = (user.state ?? {}) as { returnTo?: string };
  return { token: user.id_token, returnTo: returnTo?.startsWith("/") ? returnTo : "/" };
}

/** A new token for the refresh token that came with the last one; null where there is none. */
export async function renewed(config: OidcConfig): Promise<string | null> {
  const known = manager(config);
  if (!(await known.getUser())?.refresh_token) return null;
  return (await known.signinSilent())?.id_token ?? null;
}

/** Forget the refresh token, and end the provider's own session too, where it has an address for that. */
export async function leaveToSignOut(config: OidcConfig): Promise<void> {
  await manager(config).removeUser();
  if (config.signOutUrl) location.assign(config.signOutUrl);
}
