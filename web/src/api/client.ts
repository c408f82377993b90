import { ApiProblem } from "./problem";

export type QueryValue = string | number | boolean | readonly string[] | null | undefined;

export interface Call {
  method?: "GET" | "POST" | "PUT" | "DELETE";
  query?: Readonly<Record<string, QueryValue>>;
  body?: unknown;
  headers?: Readonly<Record<string, string | undefined>>;
  signal?: AbortSignal | undefined;
}

export interface Answer<T> {
  body: T;
  headers: Headers;
}

/** Calls the API as the one who is signed in. */
export class Api {
  readonly #token: () => string | null;
  readonly #onUnauthorized: () => void;

  constructor(token: () => string | null, onUnauthorized: () => void) {
    this.#token = token;
    this.#onUnauthorized = onUnauthorized;
  }

  async get<T>(path: string, query: Call["query"] = {}, more: Omit<Call, "query"> = {}): Promise<T> {
    return (await this.call<T>(path, { ...more, query })).body;
  }

  /** Throws ApiProblem for every answer but a success, and AbortError when aborted. */
  async call<T>(
    path: string,
    { method = "GET", query = {}, body, headers = {}, signal }: Call = {},
  ): Promise<Answer<T>> {
    const sent = new Headers({ Accept: "application/json" });
    const token = this.#token();
    if (token) sent.set("Authorization", `Bearer ${token}`);
    if (body !== undefined) sent.set("Content-Type", "application/json");
    for (const [name, value] of Object.entries(headers)) if (value) sent.set(name, value);

    const answer = await reach(path + queryString(query), {
      method,
      headers: sent,
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    });
    const content = await answer.json().catch(() => ({}));
    if (answer.ok) return { body: content as T, headers: answer.headers };
    if (answer.status === 401) this.#onUnauthorized();
    throw new ApiProblem(answer.status, content as Record<string, unknown>);
  }
}

export function queryString(query: NonNullable<Call["query"]>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === null || value === undefined || value === "") continue;
    for (const each of Array.isArray(value) ? value : [value]) parameters.append(name, String(each));
  }
  const encoded = parameters.toString();
  return encoded ? `?${encoded}` : "";
}

async function reach(url: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(url, request);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new ApiProblem(0);
  }
}
