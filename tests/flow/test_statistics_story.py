"""What a team asks at the end of a month: how much, how much more than before, and what went wrong."""

from common.domain.instants import iso, now
from local.inprocess.system import System


def test_a_team_compares_its_months_and_sees_what_failed_and_what_was_given_back(system: System) -> None:
    # Given payments in two months of Tokyo, of which one was given back in part, and one that failed today
    token = system.token("org-456")
    for payment_id, amount, at in (
        ("jan-1", "100.00", "2011-01-31T14:59:59Z"),
        ("feb-1", "200.00", "2011-01-31T15:00:00Z"),
        ("feb-2", "50.50", "2011-02-28T14:59:59Z"),
        ("fails", "1.00", None),
    ):
        body = {
            "paymentId": payment_id,
            "amount": amount,
            "currency": "EUR",
            "description": "Mug",
            "userId": f"{payment_id}@example.org",
        }
        assert system.request("POST", "/v1/payments", body=body, token=token).status == 201
        path, move = f"/v1/payments/{payment_id}", {"amount": amount, "currency": "EUR", "processedAt": at}
        if at:
            assert system.request("POST", f"{path}/process", body=move, token=token).status == 200
        else:
            assert system.request("POST", f"{path}/fail", body={"error": "no funds"}, token=token).status == 200
    system.request("POST", "/v1/payments/feb-1/refund", body={"amount": "1.00"}, token=token)
    system.project()

    def statistics(**query: str) -> dict[str, object]:
        answer = system.request("GET", "/v1/payments/statistics", query=query, token=token)
        assert answer.status == 200, answer.body
        told: dict[str, object] = answer.json
        return told

    # When February is asked for, as Tokyo counts it, beside the month before
    february = {"from": "2011-02-01", "to": "2011-02-28", "timeZone": "Asia/Tokyo"}
    told = statistics(**february, interval="month", compare="previous", include="topUsers,rates")

    # Then each month has its own money, and the refund shows
    step = {"start": "2011-02-01T00:00:00.000+09:00", "currency": "EUR", "count": 2, "sum": "250.50"}
    assert told["series"] == [step]
    assert told["topUsers"] == [
        {"userId": "feb-1@example.org", "currency": "EUR", "count": 1, "sum": "200.00"},
        {"userId": "feb-2@example.org", "currency": "EUR", "count": 1, "sum": "50.50"},
    ]
    rates = {"currency": "EUR", "count": 2, "failed": 0, "refunded": 1, "failureRate": "0.0000", "refundRate": "0.5000"}
    assert told["rates"] == [rates]
    before = told["previous"]
    assert isinstance(before, dict)
    assert (before["from"], before["to"]) == ("2011-01-01T00:00:00.000+09:00", "2011-02-01T00:00:00.000+09:00")
    assert before["currency"] == [{"currency": "EUR", "count": 1, "sum": "100.00"}]

    # And what failed today is found today, though nothing was processed
    today = statistics(**{"from": iso(now())[:10]}, include="rates")
    assert today["currency"] == []
    failed = {"currency": "EUR", "count": 1, "failed": 1, "refunded": 0, "failureRate": "1.0000", "refundRate": None}
    assert today["rates"] == [failed]
