import { expect, test } from "vitest";
import { readToken } from "./claims";
import { atLeast } from "./roles";

function tokenOf(claims: object): string {
  const bytes = new TextEncoder().encode(JSON.stringify(claims));
  const encoded = btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");
  return `header.${encoded}.signature`;
}

const CLAIMS = { "custom:organizationId": "org-456", "custom:role": "agent", sub: "Zoë ✓", exp: 1_800_000_000 };

test("a token names its person, in any script", () => {
  expect(readToken(tokenOf(CLAIMS))).toEqual({
    person: { organization: "org-456", name: "Zoë ✓", role: "agent" },
    expires: 1_800_000_000_000,
  });
});

test("a role that is not known may only look", () => {
  expect(readToken(tokenOf({ ...CLAIMS, "custom:role": "owner" }))?.person.role).toBe("viewer");
});

test("what names no organization, or is no token, is nobody's", () => {
  for (const wrong of ["", "a.b.c", tokenOf({ exp: 1 }), tokenOf({ ...CLAIMS, exp: "soon" })]) {
    expect(readToken(wrong)).toBeNull();
  }
});

test("each role may do what those before it may", () => {
  expect(atLeast("admin", "agent")).toBe(true);
  expect(atLeast("viewer", "agent")).toBe(false);
});
