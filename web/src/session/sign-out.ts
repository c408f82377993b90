import { useConfig } from "@/config";
import { useSession } from "./session";

/** Ends the session here, and at the identity provider where there is one. */
export function useSignOut(): () => Promise<void> {
  const { signOut } = useSession();
  const config = useConfig().data?.signIn;
  return async () => {
    signOut();
    if (config?.kind !== "oidc") return;
    const { leaveToSignOut } = await import("./oidc");
    await leaveToSignOut(config);
  };
}
