"""The note that a running `make up` leaves in .local/state.json, so that `make token` and `python -m ops` find it."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from local.places import LOCAL
from local.processes import LocalError

STATE = LOCAL / "state.json"


class Running(BaseModel):
    """A system that `make up` keeps running."""

    model_config = ConfigDict(frozen=True)

    pid: int
    """The process that owns it: where that one is gone, the note is stale."""
    url: str
    """The address of the front, such as http://127.0.0.1:8080."""
    environment: Mapping[str, str]
    """What a process needs in its environment to reach the engines."""
    outputs: Mapping[str, str] = {}
    """The outputs of template.yaml, where it is deployed (TableName, EventQueueUrl, UserPoolId, ...)."""
    signing_key: str | None = None
    """The private key that signs tokens, as JSON, where there is no user pool."""


@contextmanager
def noted(running: Running, state: Path = STATE) -> Iterator[None]:
    """Leave the note while the block runs; only this user can read it."""
    state.parent.mkdir(parents=True, exist_ok=True)
    state.unlink(missing_ok=True)
    with os.fdopen(os.open(state, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as note:
        note.write(running.model_dump_json(indent=2))
    try:
        yield
    finally:
        state.unlink(missing_ok=True)


def find_running(state: Path = STATE, url: str | None = None) -> Running:
    """The system that runs now, at the address if one is given. Raises LocalError when there is none."""
    try:
        running = Running.model_validate_json(state.read_bytes())
        os.kill(running.pid, 0)
    except (FileNotFoundError, ProcessLookupError, ValidationError):
        raise LocalError("nothing is running here: start it with `make up` in another terminal") from None
    if url is not None and url.rstrip("/") != running.url:
        raise LocalError(f"what runs here is at {running.url}, and its tokens are not for {url}")
    return running
