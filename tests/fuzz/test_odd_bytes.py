"""What no description tells: lone surrogates, numbers that are none, endless nesting, odd headers, bytes.

Every answer is a described one, none is a 5xx, and every 400 and 422 names a field.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote_from_bytes

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.inprocess.gateway import HttpAnswer, HttpRequest
from local.inprocess.system import System
from ops.openapi import DOCUMENT
from tests.fuzz.cases import examples

PATHS: Mapping[str, Any] = orjson.loads(DOCUMENT.read_bytes())["paths"]
OPERATIONS = [(method, path) for path, methods in PATHS.items() for method in methods]
QUICK = [(method, path) for method, path in OPERATIONS if not path.endswith("/erase")]
"""All but the one that waits for dead letters each time."""
READS = [(method, path) for method, path in OPERATIONS if method == "get"]
WITH_BODY = [(method, path) for method, path in OPERATIONS if "requestBody" in PATHS[path][method]]
GOOD: dict[str, object] = {
    "paymentId": "p-1",
    "userId": "u-1",
    "amount": "10.00",
    "currency": "EUR",
    "description": "Blue mug",
    "metadata": {"tags": ["gift"]},
    "processedAt": "2011-01-31T12:00:00Z",
    "error": "no funds",
    "reason": "broken",
    "format": "csv",
    "q": "mug",
    "status": "completed",
    "minAmount": "1.00",
    "from": "2011-01-01",
    "fields": "amount",
    "sort": "-amount",
    "name": "Mugs",
    "query": {"q": "mug"},
    "shared": True,
    "alert": False,
}
ODD_JSON = [
    "NaN", "Infinity", "-Infinity", "1e999", "-0", "1" * 400, "0." + "1" * 400, "1e-400", "true", "null", "[]", "{}",
    '"\\ud800"', '"\\udfff\\ud800"', '"\\u0000"', '"\\uffff"', '""', '" "', '"' + "x" * 100_000 + '"',
    '"NaN"', '"1e3"', '"-1"', '"+1"', '"1_000"', '"\uff11\uff10"', '"\u0663"', '"1.00\\n"', '"9" ', '"0x10"', '"1,00"',
    "[" * 500 + "]" * 500, '{"a":' * 500 + "1" + "}" * 500, "[" * 100_000, '{"$ne": 1}', '{"__proto__": {}}',
    '"9999-12-31T23:59:59.999999999Z"', '"0001-01-01T00:00:00+23:59"', '"2011-02-29T00:00:00Z"', '"1296475200"',
]  # fmt: skip
ODD_TEXT = [
    "", " ", "%00", "%0A", "%ED%A0%80", "%FF%FE", "%F4%90%80%80", "%", "%zz", "a" * 5_000, "9" * 400, "-1", "1e999",
    "NaN", "%C2%85", "%E2%80%AE", "%EF%BC%91", "null", "[]", "{}", "*", "..%2F..", "'%20OR%201=1--", "%0D%0AX:1",
    '{"match_all":{}}', ",", ",,,", "a,b,c,d", "9999-12-31", "0000-00-00", "2011-02-30", "2011-01-31T24:00:00Z", "now",
    "(" * 300, '"', "AND%20NOT", "%F0%9F%98%80", "a%00b", "%25", "+", "%26amp;", "processed:" + "9" * 30,
    "amount>=1e400", "-" * 200,
]  # fmt: skip
odd_bytes = st.binary(max_size=40).map(quote_from_bytes)
odd_texts = st.sampled_from(ODD_TEXT) | odd_bytes
header_texts = st.text(st.characters(max_codepoint=255, exclude_characters="\r\n\0"), max_size=40) | st.sampled_from(
    ["", " ", '"', 'W/"1"', "*", '"1", "2"', "9" * 400, "x" * 9_000, "-1", "NaN", "é", "=" * 100, "a,b", "[]", "{}"]
)


def ask(
    system: System, method: str, path: str, query: str = "", headers: Mapping[str, str] | None = None, body: bytes = b""
) -> HttpAnswer:
    token = {"authorization": f"Bearer {system.token('org-456', role='admin')}", "host": "payments"}
    request = HttpRequest(method.upper(), path, query, list({**token, **(headers or {})}.items()), body)
    return system.gateway.handle(request)


def is_as_described(answer: HttpAnswer, method: str, path: str) -> None:
    assert answer.status < 500, answer.body
    assert str(answer.status) in PATHS[path][method]["responses"], (answer.status, answer.body)
    if answer.status >= 400:
        problem = answer.json
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["status"] == answer.status
        assert problem["detail"]
        if answer.status in (400, 415, 422):
            assert problem["errors"], problem
            assert all(error["field"] and error["message"] for error in problem["errors"]), problem


def with_ids(method: str, path: str) -> str:
    payment_id = "refunded" if method == "delete" else "requested"
    return path.replace("{paymentId}", payment_id).replace("{userId}", "u-1")


@pytest.mark.parametrize(("method", "path"), READS)
@examples(share=3)
@given(data=st.data())
def test_odd_parameters(fuzzed: System, method: str, path: str, data: st.DataObject) -> None:
    known = [each["name"] for each in PATHS[path][method].get("parameters", []) if each["in"] == "query"]
    names = st.sampled_from([*known, "unknown"]) | odd_bytes
    pairs = data.draw(st.lists(st.tuples(names, odd_texts), max_size=4))
    query = "&".join(f"{name}={value}" for name, value in pairs)
    is_as_described(ask(fuzzed, method, with_ids(method, path), query), method, path)


@pytest.mark.parametrize(("method", "path"), READS)
def test_each_parameter_with_each_odd_text(fuzzed: System, method: str, path: str) -> None:
    parameters = PATHS[path][method].get("parameters", [])
    needed = {each["name"]: "x" for each in parameters if each.get("required") and each["in"] == "query"}
    for each in parameters:
        for text in ODD_TEXT if each["in"] == "query" else ():
            query = "&".join(f"{name}={value}" for name, value in {**needed, each["name"]: text}.items())
            answer = ask(fuzzed, method, with_ids(method, path), query)
            is_as_described(answer, method, path)
            if answer.status == 422:
                named = {re.split(r"[.]", error["field"])[0] for error in answer.json["errors"]}
                assert each["name"] in named, (text, answer.body)


@pytest.mark.parametrize(("method", "path"), [each for each in QUICK if "{" in each[1]])
@examples(share=1)
@given(odd=odd_texts)
def test_odd_paths(fuzzed: System, method: str, path: str, odd: str) -> None:
    answer = ask(fuzzed, method, re.sub(r"{\w+}", odd, path))
    assert answer.status < 500, answer.body
    if "problem" in answer.headers["content-type"]:  # else it was another address, and the gateway's own answer
        is_as_described(answer, method, path)


@pytest.mark.parametrize(("method", "path"), QUICK)
@examples(share=1)
@given(data=st.data())
def test_odd_headers(fuzzed: System, method: str, path: str, data: st.DataObject) -> None:
    known = [each["name"] for each in PATHS[path][method].get("parameters", []) if each["in"] == "header"]
    names = [
        *known,
        "x-correlation-id",
        "content-type",
        "content-length",
        "cookie",
        "accept",
        "x-amzn-trace-id",
        "host",
    ]
    headers = data.draw(st.dictionaries(st.sampled_from(names), header_texts, max_size=3))
    body = orjson.dumps(_good(method, path)) if (method, path) in WITH_BODY else b""
    is_as_described(
        ask(fuzzed, method, with_ids(method, path), "", {"content-type": "application/json", **headers}, body),
        method,
        path,
    )


@examples(share=5)
@given(token=header_texts | header_texts.map("Bearer {}".format))
def test_odd_tokens_open_nothing(fuzzed: System, token: str) -> None:
    answer = ask(fuzzed, "get", "/v1/payments", headers={"authorization": token})
    assert (answer.status, answer.json) == (401, {"message": "Unauthorized"})


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
@examples(share=2)
@given(body=st.binary(max_size=200), content_type=st.sampled_from(["application/json", "application/x-ndjson", ""]))
def test_bodies_of_any_bytes(fuzzed: System, method: str, path: str, body: bytes, content_type: str) -> None:
    is_as_described(ask(fuzzed, method, with_ids(method, path), "", {"content-type": content_type}, body), method, path)


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_each_field_with_each_odd_value(fuzzed: System, method: str, path: str) -> None:
    good = _good(method, path)
    for field in good:
        rest = orjson.dumps({name: value for name, value in good.items() if name != field}).decode()
        for odd in ODD_JSON:
            body = f'{rest[:-1]}, "{field}": {odd}}}'.encode()
            answer = ask(fuzzed, method, with_ids(method, path), "", {"content-type": "application/json"}, body)
            is_as_described(answer, method, path)
            if answer.status == 422:
                named = {error["field"].split(".")[0] for error in answer.json["errors"]}
                assert named & {field, "body", "amount"}, (odd, answer.body)


@pytest.mark.parametrize(("method", "path"), WITH_BODY)
def test_the_same_field_twice_and_unknown_ones(fuzzed: System, method: str, path: str) -> None:
    for body in (b'{"amount": "1.00", "amount": "2.00"}', b'{"\xff": 1}', b"\xef\xbb\xbf{}", "{}".encode("utf-16")):
        answer = ask(fuzzed, method, with_ids(method, path), "", {"content-type": "application/json"}, body)
        is_as_described(answer, method, path)


def _good(method: str, path: str) -> dict[str, object]:
    content = PATHS[path][method]["requestBody"]["content"]
    schema = content.get("application/x-ndjson", content.get("application/json"))["schema"]
    name = (schema.get("$ref") or schema["allOf"][0]["$ref"]).rsplit("/", 1)[-1]
    fields = orjson.loads(DOCUMENT.read_bytes())["components"]["schemas"][name]["properties"]
    several = {field for field, described in fields.items() if described.get("type") == "array"}
    return {field: [GOOD[field]] if field in several else GOOD[field] for field in fields if field in GOOD}
