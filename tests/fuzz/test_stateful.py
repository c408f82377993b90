"""Whatever is done one after another with what earlier answers named, every answer is a described one, and none a 5xx.

schemathesis infers from the served document which answer names what which address takes: a search that was saved is
read, replaced, deleted and read again; a payment that was requested is moved and erased.
"""

from itertools import count
from typing import Any

import requests
import schemathesis
from hypothesis.stateful import run_state_machine_as_test

from local.inprocess.system import System
from tests.fuzz.cases import examples
from tests.fuzz.conftest import ADDRESS
from tests.fuzz.test_described_api import CHECKS, api


def test_every_answer_to_a_run_of_requests_is_as_described(fuzzed: System, session: requests.Session) -> None:
    numbers = count()

    class Workflow(api.as_state_machine()):  # type: ignore[misc]
        def setup(self) -> None:
            # Each run begins with nothing, so that it goes the same way again.
            self.token = fuzzed.token(f"org-run-{next(numbers)}", role="admin")

        def get_call_kwargs(self, case: schemathesis.Case[Any]) -> dict[str, Any]:
            return {"base_url": ADDRESS, "session": session, "headers": {"Authorization": f"Bearer {self.token}"}}

        def validate_response(self, response: Any, case: schemathesis.Case[Any], *_: object, **__: object) -> None:
            case.validate_response(response, checks=CHECKS)

    run_state_machine_as_test(Workflow, settings=examples(share=2, steps=12))
