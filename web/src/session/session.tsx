import { useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useCallback, useContext, useMemo, useState } from "react";
import { Api } from "@/api/client";
import { type Person, readToken } from "./claims";
import { atLeast, type Role } from "./roles";

const STORED = "payments.token";

export type Ended = "signed-out" | "expired";

interface Session {
  api: Api;
  token: string | null;
  person: Person | null;
  /** Why there is nobody any more; null at first. */
  ended: Ended | null;
  signIn(token: string): boolean;
  signOut(): void;
}

const SessionContext = createContext<Session | null>(null);

/** Keeps the token for as long as the browser's tab lives, and nowhere else. */
export function SessionProvider({ children }: { children: ReactNode }) {
  const queries = useQueryClient();
  const [token, setToken] = useState(storedToken);
  const [ended, setEnded] = useState<Ended | null>(null);

  const end = useCallback(
    (why: Ended) => {
      sessionStorage.removeItem(STORED);
      setToken(null);
      setEnded(why);
      queries.clear();
    },
    [queries],
  );
  const signIn = useCallback((given: string) => {
    if (!readToken(given)) return false;
    sessionStorage.setItem(STORED, given);
    setToken(given);
    setEnded(null);
    return true;
  }, []);

  const session = useMemo<Session>(
    () => ({
      api: new Api(
        () => token,
        () => end("expired"),
      ),
      token,
      person: token ? (readToken(token)?.person ?? null) : null,
      ended,
      signIn,
      signOut: () => end("signed-out"),
    }),
    [token, ended, signIn, end],
  );
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("useSession outside of SessionProvider");
  return session;
}

export function useApi(): Api {
  return useSession().api;
}

/** The one who is signed in; only for what is shown to nobody else. */
export function usePerson(): Person {
  const { person } = useSession();
  if (!person) throw new Error("usePerson while nobody is signed in");
  return person;
}

export function useMay(needed: Role): boolean {
  return atLeast(usePerson().role, needed);
}

function storedToken(): string | null {
  const token = sessionStorage.getItem(STORED);
  const read = token ? readToken(token) : null;
  return read && read.expires > Date.now() ? token : null;
}
