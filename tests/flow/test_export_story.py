"""An export: asked for, written in the background, fetched by its link, and right to the penny."""

import csv
import io
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import orjson
import pytest
import requests

from common.batches import batches
from common.engines.table import EXPORT, export_pk
from common.payments.index import ALIAS_READ, FIRST_INDEX
from local.inprocess.gateway import HttpAnswer
from local.inprocess.system import System
from local.invoices import by_organization, read_invoices
from local.places import INVOICES
from query_app.payments.exports import wiring, worker_wiring
from query_app.payments.exports.worker import RESERVE_MS, Worker
from tests.query.documents import bulk_body, payment

ORG = "org-456"
TERMS = "Payable within thirty days of the date of the invoice. " * 30


@pytest.fixture
def invoices(system: System) -> list[dict[str, Any]]:
    """Given some thousand real invoices that are projected, in all 10 MB, and a payment of somebody else."""
    documents = [
        payment(
            f"inv-{invoice.number}",
            ORG,
            userId=f"customer-{invoice.customer}",
            amount=str(invoice.amount),
            currency="GBP",
            description=invoice.description,
            processedAt=f"{invoice.date}T12:00:00.000Z",
            metadata={"tags": ["wholesale"], "terms": TERMS},
        )
        for invoice in by_organization(read_invoices(INVOICES))["acme-1"]
    ]
    for some in batches([*documents, payment("theirs", "org-789")], 1_000):
        assert not system.opensearch.bulk(body=bulk_body(FIRST_INDEX, *some))["errors"]
    system.opensearch.indices.refresh(index=ALIAS_READ)
    return documents


def start(system: System, user: str = "user-1", **body: object) -> HttpAnswer:
    return system.request("POST", "/v1/exports", body=body, token=system.token(ORG, user=user))


def look(system: System, export_id: str, organization: str = ORG) -> dict[str, Any]:
    answer = system.request("GET", f"/v1/exports/{export_id}", token=system.token(organization))
    assert answer.status == 200, answer.json
    found: dict[str, Any] = answer.json
    return found


def fetched(link: str) -> bytes:
    answer = requests.get(link, timeout=30)
    assert answer.status_code == 200
    return answer.content


def lease_runs_out(system: System, export_id: str) -> None:
    key = {"pk": {"S": export_pk(ORG, export_id)}, "sk": {"S": EXPORT}}
    change = {"Value": {"N": "0"}, "Action": "PUT"}
    system.dynamodb.update_item(
        TableName=system.table_name,
        Key=key,
        AttributeUpdates={"leasedUntil": change},  # type: ignore[dict-item]
    )


def time_for(pages: int) -> Iterator[int]:
    yield from [RESERVE_MS + 1] * pages
    while True:
        yield 0


def test_a_csv_of_all_payments_is_right_to_the_penny(system: System, invoices: list[dict[str, Any]]) -> None:
    # When all payments are asked for as a CSV
    columns = ["paymentId", "amount", "currency", "processedAt"]
    started = start(system, format="csv", fields=columns, sort="processedAt")
    assert (started.status, started.json["status"], started.json["total"]) == (202, "queued", None)
    assert started.headers["location"] == f"/v1/exports/{started.json['exportId']}"
    assert system.export() == 1

    # Then the job is done and says how many there are
    job = look(system, started.json["exportId"])
    assert (job["status"], job["written"], job["total"]) == ("done", len(invoices), len(invoices))

    # And the file behind the link has every invoice, to the penny
    content = fetched(job["link"])
    assert len(content) == job["bytes"]
    rows = list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    assert list(rows[0]) == columns
    assert {row["paymentId"]: row["amount"] for row in rows} == {each["paymentId"]: each["amount"] for each in invoices}
    assert len(rows) == len(invoices)
    totals = [sum((Decimal(each["amount"]) for each in some), Decimal(0)) for some in (rows, invoices)]
    assert totals[0] == totals[1] > 1_000_000
    assert [row["processedAt"] for row in rows] == sorted(row["processedAt"] for row in rows)


def test_an_export_has_what_the_search_has(system: System, invoices: list[dict[str, Any]]) -> None:
    # Given a search with words and a range
    wanted = {
        "q": "red retrospot bag",
        "minAmount": "100.00",
        "from": "2011-03-01",
        "to": "2011-03-31",
        "sort": "-amount",
    }
    token = system.token(ORG)
    page = system.request("GET", "/v1/payments", query={**wanted, "limit": 200}, token=token).json
    assert 10 < page["total"] <= 200

    # When it is exported
    started = start(system, format="ndjson", **wanted)
    system.export()

    # Then the file has the same payments in the same order
    job = look(system, started.json["exportId"])
    lines = [orjson.loads(line) for line in fetched(job["link"]).splitlines()]
    assert lines == [{name: value for name, value in each.items() if name != "score"} for each in page["payments"]]
    assert job["total"] == page["total"] == len(lines)


def test_a_killed_worker_loses_and_doubles_nothing(system: System, invoices: list[dict[str, Any]]) -> None:
    # Given an export whose worker is killed after its first part, before that is noted
    class Dying:
        def __getattr__(self, name: str) -> Any:
            return getattr(wiring.files(), name)

        def put(self, *part: Any) -> str:
            wiring.files().put(*part)
            raise KeyboardInterrupt

    export_id = start(system, format="ndjson").json["exportId"]
    parts = (wiring.jobs(), worker_wiring.worker().snapshots)
    with pytest.raises(KeyboardInterrupt):
        Worker(*parts, Dying(), wiring.messages()).work(ORG, export_id, lambda: 60_000)
    assert look(system, export_id)["status"] == "running"

    # And payments that change and come meanwhile
    later = payment("later", ORG, processedAt="2012-01-01T00:00:00.000Z")
    system.opensearch.bulk(body=bulk_body(FIRST_INDEX, later, {**invoices[0], "description": "changed"}))
    system.opensearch.indices.refresh(index=ALIAS_READ)

    # When its lease is over, and another goes on, runs out of time, and one more goes on
    lease_runs_out(system, export_id)
    left = time_for(pages=9)
    Worker(*parts, wiring.files(), wiring.messages()).work(ORG, export_id, lambda: next(left))
    halfway = look(system, export_id)
    assert 0 < halfway["written"] < halfway["total"] == len(invoices)
    system.export()

    # Then the file is what the search was when the export began
    job = look(system, export_id)
    lines = [orjson.loads(line) for line in fetched(job["link"]).splitlines()]
    assert (job["status"], job["written"], job["total"]) == ("done", len(invoices), len(lines))
    assert {each["paymentId"]: each for each in lines} == {each["paymentId"]: each for each in invoices}


def test_another_organization_has_no_part_in_it(system: System) -> None:
    started = start(system, format="csv")
    system.export()
    other = system.token("org-789")
    answer = system.request("GET", f"/v1/exports/{started.json['exportId']}", token=other)
    assert (answer.status, answer.json["detail"]) == (404, f"Export not found: {started.json['exportId']}")
    assert system.request("GET", "/v1/exports", token=other).json == {"exports": []}


def test_a_user_has_three_unfinished_exports_at_most(system: System) -> None:
    # Given three
    ids = [start(system, format="csv").json["exportId"] for _ in range(3)]

    # Then a fourth is refused, for this user only
    refused = start(system, format="csv")
    assert (refused.status, refused.headers["retry-after"]) == (429, "10")
    assert "3 exports that are not finished" in refused.json["detail"]
    assert start(system, user="user-2", format="csv").status == 202

    # And taken when they are done; the list has the newest first
    system.export()
    fourth = start(system, format="csv")
    assert fourth.status == 202
    listed = system.request("GET", "/v1/exports", token=system.token(ORG)).json["exports"]
    assert [each["exportId"] for each in listed] == [fourth.json["exportId"], *reversed(ids)]
    assert {each["link"] for each in listed} == {None}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "format"),
        ({"format": "xlsx"}, "format"),
        ({"format": "csv", "fields": ["amountMinor"]}, "fields.0"),
        ({"format": "csv", "fields": ["amount", "amount"]}, "fields"),
        ({"format": "csv", "limit": 5}, "limit"),
        ({"format": "csv", "minAmount": "1,5"}, "minAmount"),
        ({"format": "csv", "from": "2011-02-01", "to": "2011-01-01"}, "to"),
        ({"format": "csv", "currency": ["XXQ"]}, "currency.0"),
        ({"format": "csv", "status": "completed"}, "status"),
        ({"format": "csv", "sort": "-name"}, "sort"),
    ],
)
def test_what_is_wrong_is_named(system: System, body: dict[str, object], field: str) -> None:
    answer = system.request("POST", "/v1/exports", body=body, token=system.token(ORG))
    assert (answer.status, [each["field"] for each in answer.json["errors"]]) == (422, [field])
