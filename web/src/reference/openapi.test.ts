import { expect, test } from "vitest";
import { addressOf, type Document, exampleOf, operationsOf, typeOf } from "./openapi";

const DOCUMENT: Document = {
  paths: { "/v1/payments/{paymentId}": { get: { operationId: "getPayment", summary: "Get", responses: {} } } },
  components: {
    schemas: {
      Refund: {
        type: "object",
        required: ["amount", "lines"],
        properties: { amount: { type: "string" }, lines: { type: "array" }, reason: { type: "string" } },
      },
    },
  },
};

test("each method of each address is an operation", () => {
  expect(operationsOf(DOCUMENT).map((each) => `${each.method} ${each.path}`)).toEqual(["GET /v1/payments/{paymentId}"]);
});

test("types stand in one line", () => {
  expect(typeOf({ anyOf: [{ type: "array", items: { $ref: "#/components/schemas/Refund" } }, { type: "null" }] })).toBe(
    "Refund[] | null",
  );
  expect(typeOf({ enum: ["csv", "ndjson"] })).toBe("csv | ndjson");
});

test("an example has what is required", () => {
  expect(exampleOf({ $ref: "#/components/schemas/Refund" }, DOCUMENT)).toEqual({ amount: "", lines: [] });
});

test("steps of an address are escaped, and empty parameters left out", () => {
  const parameters = [
    { name: "paymentId", in: "path", schema: {} },
    { name: "q", in: "query", schema: {} },
    { name: "sort", in: "query", schema: {} },
  ] as const;
  const operation = { ...DOCUMENT.paths["/v1/payments/{paymentId}"]?.get, method: "GET", parameters };
  const found = { operationId: "", summary: "", responses: {}, ...operation, path: "/v1/payments/{paymentId}" };
  expect(addressOf(found, { paymentId: "a/b", q: "x y", sort: "" })).toBe("/v1/payments/a%2Fb?q=x+y");
});
