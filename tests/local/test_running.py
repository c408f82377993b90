"""`make token` and the operator find a running system by its note, and nothing when there is none."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local.inprocess.identity import Identity
from local.processes import LocalError
from local.running import Running, find_running, noted
from local.tokens import token_of


def running(pid: int, signing_key: str | None = None) -> Running:
    return Running(pid=pid, url="http://127.0.0.1:8080", environment={"A": "1"}, signing_key=signing_key)


def test_the_note_is_there_for_this_user_while_the_system_runs_and_gone_after(tmp_path: Path) -> None:
    state = tmp_path / "local" / "state.json"
    with noted(running(os.getpid()), state):
        assert find_running(state) == running(os.getpid())
        assert stat.S_IMODE(state.stat().st_mode) == 0o600
    assert not state.exists()
    with pytest.raises(LocalError, match="make up"):
        find_running(state)


def test_a_note_of_a_process_that_was_killed_is_no_running_system(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", "pass"])
    ended.wait()
    with noted(running(ended.pid), tmp_path / "state.json"), pytest.raises(LocalError, match="nothing is running"):
        find_running(tmp_path / "state.json")


def test_without_a_user_pool_a_token_is_signed_with_the_running_system_s_key() -> None:
    identity = Identity()
    token = token_of(running(1, identity.signing_key), "org-456", "admin", "bob")
    claims = identity.verify(f"Bearer {token}")
    assert (claims["custom:organizationId"], claims["custom:role"], claims["sub"]) == ("org-456", "admin", "bob")


def test_an_organization_that_no_token_may_name_is_refused_in_words() -> None:
    with pytest.raises(LocalError, match="ORG='a b' must be"):
        token_of(running(1), "a b", "agent", "u1")


def test_a_token_is_given_for_the_running_system_s_address_only(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with noted(running(os.getpid()), state):
        assert find_running(state, "http://127.0.0.1:8080/") == running(os.getpid())
        with pytest.raises(LocalError, match=r"tokens are not for https://payments\.example\.com"):
            find_running(state, "https://payments.example.com")
