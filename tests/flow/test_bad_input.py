"""Whatever comes in, the answer names the field and says what to do, and nothing is half-written."""

import orjson
import pytest

from local.inprocess.system import System

GOOD = {"paymentId": "payment-123", "amount": "100.00", "currency": "EUR", "description": "Blue mug"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"amount": 100.0}, "amount"),
        ({"amount": "1.005"}, "amount"),
        ({"amount": "0"}, "amount"),
        ({"currency": "eur"}, "currency"),
        ({"currency": None}, "currency"),
        ({"description": "  "}, "description"),
        ({"description": "x" * 1_001}, "description"),
        ({"description": "bell\x07"}, "description"),
        ({"metadata": {"note": "x" * 9_000}}, "metadata"),
        ({"metadata": {"tags": "gift"}}, "metadata"),
        ({"metadata": {"a.b": 1}}, "metadata"),
        ({"metadata": {"deep": [[[[[[1]]]]]]}}, "metadata"),
        ({"metadata": {"": 1}}, "metadata"),
        ({"paymentId": "import"}, "paymentId"),
        ({"paymentId": "a/b"}, "paymentId"),
        ({"userId": ""}, "userId"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_field_is_named(system: System, change: dict[str, object], field: str) -> None:
    answer = system.request("POST", "/v1/payments", body={**GOOD, **change}, token=system.token("org-456"))
    assert answer.status == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert answer.json["correlationId"] == answer.headers["x-correlation-id"]


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"\xff\xfe", b"[" * 10_000, b'{"amount": NaN}', b'{"description": "\\ud800"}', b"[]", b"null", b"1"],
)
def test_a_body_that_is_no_object_is_refused(system: System, body: bytes) -> None:
    answer = system.request(
        "POST", "/v1/payments", body=body, token=system.token("org-456"), headers={"Content-Type": "application/json"}
    )
    assert answer.status in (400, 422)
    assert answer.json["errors"][0]["field"] == "body"


@pytest.mark.parametrize(
    ("parameter", "value", "status"),
    [
        ("q", "x" * 1_001, 422),
        ("limit", 0, 422),
        ("limit", "ten", 422),
        ("sort", "colour", 422),
        ("minAmount", "-1", 422),
        ("from", "yesterday", 422),
        ("currency", "EURO", 422),
        ("status", "lost", 422),
        ("cursor", "abc", 400),
        ("surprise", "1", 422),
    ],
)
def test_a_bad_parameter_is_named(system: System, parameter: str, value: str, status: int) -> None:
    answer = system.request("GET", "/v1/payments", query={parameter: value}, token=system.token("org-456"))
    assert answer.status == status
    assert answer.json["errors"][0]["field"].startswith(parameter)


def test_an_import_of_bytes_that_are_no_text_is_answered_line_by_line(system: System) -> None:
    line = {"paymentId": "inv-1", "userId": "customer-1", "amount": "1.00", "currency": "GBP", "description": "Mug"}
    good = orjson.dumps({**line, "processedAt": "2011-01-31T12:00:00Z"})
    answer = system.request(
        "POST",
        "/v1/payments/import",
        body=b"\xff\xfe\n" + good + b"\n\n",
        token=system.token("org-456"),
        headers={"Content-Type": "application/x-ndjson"},
    )
    assert answer.status == 200
    assert [result["outcome"] for result in answer.json["results"]] == ["rejected", "accepted"]


@pytest.mark.parametrize("content_type", ["text/plain", "application/xml", "multipart/form-data"])
def test_another_content_type_is_refused(system: System, content_type: str) -> None:
    headers, token = {"Content-Type": content_type}, system.token("org-456")
    answer = system.request("POST", "/v1/payments", body=b"{}", headers=headers, token=token)
    assert answer.status == 415
    assert answer.json["errors"][0]["field"] == "content-type"


def test_bad_headers_are_named(system: System) -> None:
    for name, value in (("Idempotency-Key", "two words"), ("If-Match", "W/x"), ("Idempotency-Key", "x" * 256)):
        answer = system.request(
            "POST",
            "/v1/payments/p1/refund",
            body={"amount": "1.00"},
            headers={name: value},
            token=system.token("org-456"),
        )
        assert answer.status == 422
        assert answer.json["errors"][0]["field"] == name.lower()


def test_a_token_without_a_tenant_is_forbidden(system: System) -> None:
    answer = system.request(
        "GET", "/v1/payments", token=system.identity.issue("not an organization", "agent", "user-1")
    )
    assert answer.status == 403
    assert "custom:organizationId" in answer.json["detail"]
