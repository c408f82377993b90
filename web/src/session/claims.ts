import { isRole, type Role } from "./roles";

export interface Person {
  organization: string;
  name: string;
  role: Role;
}

/** Who a token names, and until when (milliseconds since 1970); null for what is no token of ours. */
export function readToken(token: string): { person: Person; expires: number } | null {
  const payload = token.split(".")[1];
  if (!payload) return null;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (each) =>
      each.charCodeAt(0),
    );
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const organization = claims["custom:organizationId"];
    const role = claims["custom:role"];
    if (typeof organization !== "string" || typeof claims.exp !== "number") return null;
    const name = [claims.email, claims["cognito:username"], claims.sub].find((each) => typeof each === "string");
    return {
      person: { organization, name: String(name ?? ""), role: isRole(role) ? role : "viewer" },
      expires: claims.exp * 1000,
    };
  } catch {
    return null;
  }
}
