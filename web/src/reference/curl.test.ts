import { expect, test } from "vitest";
import { curlOf } from "./curl";

test("what is copied is one command, whatever the body says", () => {
  const request = {
    method: "POST",
    url: "http://here/v1/payments/p1/fail?x=1&y=2",
    headers: { Authorization: "Bearer t" },
    body: `{"error": "it's gone"}`,
  };
  expect(curlOf(request)).toBe(
    [
      "curl -X POST 'http://here/v1/payments/p1/fail?x=1&y=2' \\",
      "  -H 'Authorization: Bearer t' \\",
      `  --data-raw '{"error": "it'\\''s gone"}'`,
    ].join("\n"),
  );
});

test("without a body there is none", () => {
  expect(curlOf({ method: "GET", url: "http://here/v1/health", headers: {}, body: "" })).toBe(
    "curl -X GET 'http://here/v1/health'",
  );
});
