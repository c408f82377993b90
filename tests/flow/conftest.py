"""No flow may log what callers sent: ids of ours only."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from local.inprocess.gateway import HttpAnswer
from local.inprocess.system import System

PERSONAL = frozenset(
    {"userId", "description", "metadata", "error", "reason", "q", "name", "message", "attributes", "stackTrace"}
)
"""Fields that may tell of a person, or of what one is looking for."""
SHORTEST = 5
"""Of a text that can be told from the words of a log line."""


@pytest.fixture(autouse=True)
def nothing_personal_is_logged(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    sent: set[str] = set()
    request = System.request

    def noted(system: System, method: str, path: str, **options: Any) -> HttpAnswer:
        sent.update(_personal({"body": options.get("body"), "query": options.get("query")}))
        return request(system, method, path, **options)

    monkeypatch.setattr(System, "request", noted)
    caplog.set_level("DEBUG", "service_undefined")
    yield
    records = [record for when in ("setup", "call") for record in caplog.get_records(when)]
    # Its trace is curl lines for who turns it on, as pytest's own handler does.
    logged = repr([vars(record) for record in records if record.name != "opensearchpy.trace"])
    assert [text for text in sent if text in logged] == []


def _personal(value: object, *, within: bool = False) -> Iterator[str]:
    match value:
        case str() if within and len(value) >= SHORTEST:
            yield value
        case Mapping():
            for name, each in value.items():
                yield from _personal(each, within=within or name in PERSONAL)
        case list() | tuple():
            for each in value:
                yield from _personal(each, within=within)
