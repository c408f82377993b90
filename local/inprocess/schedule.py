"""EventBridge Scheduler's part: invokes a function by the clock."""

import threading
import uuid
from datetime import UTC, datetime
from typing import Any

from local.engines import REGION
from local.inprocess.runtime import ACCOUNT, FunctionError, LambdaFunction
from local.template import Schedule


class Clock:
    """Runs one function of the template by its schedule."""

    def __init__(self, schedule: Schedule, function: LambdaFunction) -> None:
        self._schedule = schedule
        self._function = function

    def run(self, stop: threading.Event) -> None:
        """Invoke the function each time it is due, until `stop` is set; a failure waits for the next time."""
        while not stop.wait(self._schedule.every):
            try:
                self.tick()
            except FunctionError:
                continue

    def tick(self) -> Any:  # noqa: ANN401  # the function's answer
        """Invoke the function now. Raises FunctionError."""
        return self._function.invoke(
            {
                "version": "0",
                "id": str(uuid.uuid4()),
                "detail-type": "Scheduled Event",
                "source": "aws.scheduler",
                "account": ACCOUNT,
                "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
                "region": REGION,
                "resources": [f"arn:aws:scheduler:{REGION}:{ACCOUNT}:schedule/default/{self._function.name}"],
                "detail": "{}",
            }
        )
