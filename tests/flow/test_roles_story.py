"""Viewers look, agents command, admins erase too: the API holds it, whatever a client offers."""

import pytest

from local.inprocess.system import System

COMMANDS = [
    ("POST", "/v1/payments", {"amount": "1.00", "currency": "EUR", "description": "Mug"}),
    ("POST", "/v1/payments/payment-1/process", {"amount": "10.00", "currency": "EUR"}),
    ("POST", "/v1/payments/payment-1/fail", {"error": "declined"}),
    ("POST", "/v1/payments/payment-1/refund", {"amount": "1.00"}),
    ("POST", "/v1/payments/import", b"{}"),
    ("POST", "/v1/logs", []),
    ("POST", "/v1/metrics", []),
]


@pytest.mark.parametrize("role", ["viewer", "", "owner"])
def test_who_may_only_look_is_refused_each_command_and_finds_what_agents_did(system: System, role: str) -> None:
    # Given a payment that an agent requested
    body = {"paymentId": "payment-1", "amount": "10.00", "currency": "EUR", "description": "Lantern"}
    assert system.request("POST", "/v1/payments", body=body, token=system.token("org-456", "agent")).status == 201
    system.project()

    # When somebody with no more than a viewer's role commands
    token = system.token("org-456", role)
    for method, path, sent in COMMANDS:
        answer = system.request(method, path, body=sent, token=token)

        # Then it is refused, in words that say what is missing
        assert (answer.status, answer.headers["content-type"]) == (403, "application/problem+json"), path
        assert answer.json["detail"] == (
            "This address needs the role 'agent' or 'admin' in the token's claim 'custom:role'."
        )

    # And nothing was done, and what is there can be read and kept
    found = system.request("GET", "/v1/payments", token=token).json
    assert [(each["paymentId"], each["version"]) for each in found["payments"]] == [("payment-1", 1)]
    kept = {"name": "Lanterns", "query": {"q": "lantern"}}
    assert system.request("POST", "/v1/searches", body=kept, token=token).status == 201
    assert system.request("GET", "/v1/freshness", token=token).status == 403


def test_an_admin_may_do_what_an_agent_may(system: System) -> None:
    body = {"paymentId": "payment-1", "amount": "10.00", "currency": "EUR", "description": "Lantern"}
    assert system.request("POST", "/v1/payments", body=body, token=system.token("org-456", "admin")).status == 201
