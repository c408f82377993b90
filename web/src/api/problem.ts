export interface FieldProblem {
  field: string;
  message: string;
}

/** An answer of the API that is no success: an RFC 9457 problem, or what the network or a gateway made of it. */
export class ApiProblem extends Error {
  /** The HTTP status; 0 when there was no answer at all. */
  readonly status: number;
  readonly title: string;
  readonly correlationId: string | null;
  readonly errors: readonly FieldProblem[];
  /** Where a search text stops being understood, counted from 1. */
  readonly column: number | null;

  constructor(status: number, body: Record<string, unknown> = {}) {
    super(text(body.detail) ?? text(body.message) ?? "");
    this.name = "ApiProblem";
    this.status = status;
    this.title = text(body.title) ?? "";
    this.correlationId = text(body.correlationId);
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldProblem[]) : [];
    this.column = typeof body.column === "number" ? body.column : null;
  }

  /** Whether the same call may pass later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

function text(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
