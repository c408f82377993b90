import { UserManager, WebStorageStateStore } from "oidc-client-ts";
import type { OidcConfig } from "@/config";
import { CALLBACK } from "./oidc-addresses";

/** Authorization code with PKCE; the library keeps state and verifier in the tab's own storage. */
function manager(config: OidcConfig): UserManager {
  return new UserManager({
    authority: config.authority,
    client_id: config.clientId,
    redirect_uri: location.origin + CALLBACK,
    response_type: "code",
    scope: config.scope,
    automaticSilentRenew: false,
    stateStore: new WebStorageStateStore({ store: sessionStorage, prefix: "payments.oidc." }),
    userStore: new WebStorageStateStore({ store: sessionStorage, prefix: "payments.oidc." }),
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
  await manager(config).removeUser();
  return { token: user.id_token, returnTo: returnTo?.startsWith("/") ? returnTo : "/" };
}

/** End the provider's own session too, where it has an address for that. */
export function leaveToSignOut(config: OidcConfig): void {
  if (config.signOutUrl) location.assign(config.signOutUrl);
}
