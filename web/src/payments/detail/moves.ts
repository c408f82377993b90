import type { Status } from "@/api/schema";

export type Move = "process" | "fail" | "refund";

/** What each state allows; the API decides, this only offers nothing in vain. */
const ALLOWED: Readonly<Record<Status, readonly Move[]>> = {
  requested: ["process", "fail"],
  processing: ["process", "fail"],
  completed: ["refund"],
  partially_refunded: ["refund"],
  failed: [],
  refunded: [],
};

export function movesOf(status: Status): readonly Move[] {
  return ALLOWED[status];
}

/** What is left to be refunded, exact: decimal strings are compared as integers of their smallest unit. */
export function leftToRefund(amount: string, refunded: string | null | undefined): string {
  const decimals = amount.split(".")[1]?.length ?? 0;
  return fromUnits(toUnits(amount, decimals) - toUnits(refunded ?? "0", decimals), decimals);
}

/** An amount as it was typed, as the API takes it; null for what is no amount of this many decimals. */
export function readAmount(typed: string, like: string): string | null {
  const decimals = like.split(".")[1]?.length ?? 0;
  const plain = typed.trim().replace(",", ".");
  if (!/^\d{1,15}(\.\d+)?$/.test(plain) || (plain.split(".")[1]?.length ?? 0) > decimals) return null;
  const units = toUnits(plain, decimals);
  return units > 0n ? fromUnits(units, decimals) : null;
}

export function isMore(one: string, other: string): boolean {
  const decimals = Math.max(one.split(".")[1]?.length ?? 0, other.split(".")[1]?.length ?? 0);
  return toUnits(one, decimals) > toUnits(other, decimals);
}

/** The state after a move, shown until the API has told. */
export function stateAfter(move: Move, all: boolean): Status {
  if (move === "refund") return all ? "refunded" : "partially_refunded";
  return move === "process" ? "completed" : "failed";
}

function toUnits(amount: string, decimals: number): bigint {
  const [whole = "0", part = ""] = amount.split(".");
  return BigInt(whole + part.padEnd(decimals, "0"));
}

function fromUnits(units: bigint, decimals: number): string {
  const digits = units.toString().padStart(decimals + 1, "0");
  return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}
