"""Log entries: sent by HTTP in whatever form, each answered for."""

import gzip

import orjson

from common.domain.model import iso, now
from local.inprocess.system import System

GOOD = {"timestamp": iso(now()), "level": "error", "service": "api", "message": "payment refused"}


def test_entries_are_taken_in_by_http(system: System) -> None:
    # Given a list, and compressed lines of which one is bad
    token = system.token("org-456")
    lines = gzip.compress(orjson.dumps(GOOD) + b"\n{\n" + orjson.dumps({**GOOD, "level": "info"}))
    compressed = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}

    # When they are sent
    listed = system.request("POST", "/v1/logs", body=[GOOD], token=token)
    streamed = system.request("POST", "/v1/logs", body=lines, headers=compressed, token=token)

    # Then each entry is answered for
    assert (listed.status, listed.json["accepted"]) == (202, 1)
    assert (streamed.status, streamed.json["accepted"], streamed.json["rejected"]) == (202, 2, 1)
    assert streamed.json["results"][0]["id"] == listed.json["results"][0]["id"]


def test_a_bad_body_of_entries_is_a_problem_that_names_it(system: System) -> None:
    answer = system.request("POST", "/v1/logs", body={"entry": GOOD}, token=system.token("org-456"))
    assert (answer.status, answer.headers["content-type"]) == (422, "application/problem+json")
    assert answer.json["errors"][0]["field"] == "body"
