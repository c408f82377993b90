"""The projector of metrics dies before, between and after the levels of its roll-ups: every point counts once."""

import sys
from pathlib import Path

from common.metrics.rollups import Level
from local.engines import Engines
from local.inprocess.system import System
from local.processes import Processes
from tests.faults.proxy import SearchProxy
from tests.faults.steps import Killer, child_environment, eventually_empty, real_engines_only, redelivered_after
from tests.flow.test_metrics_story import known, points, sums

pytestmark = real_engines_only

PROJECTOR = "metrics-projector-that-dies"


def test_a_projector_killed_at_each_level_loses_and_doubles_nothing(
    system: System, engines: Engines, tmp_path: Path
) -> None:
    # Given a known set of points in the queue, some of them twice
    queue_url = system.queues["MetricsQueue"]
    redelivered_after(system, 3, queue_url)
    for some in (points(), points()[100:300]):
        sent = system.request("POST", "/v1/metrics", body=some, token=system.token("org-456"))
        assert sent.json["accepted"] == len(some)

    # When the projector is killed before it wrote minutes, after it did, after it wrote hours, and before days
    with Processes(tmp_path) as processes:
        killer = Killer(processes, PROJECTOR, arrives=(False, True, True, False))
        with SearchProxy(engines.opensearch_url, killer) as proxy:
            argv = [sys.executable, "-m", "tests.faults.worker", "MetricsProjectorFunction", "--poll", queue_url]
            environment = {**child_environment(), "OPENSEARCH_URL": proxy.url}
            processes.start(PROJECTOR, argv, ready=lambda: True, env=environment)
            for _ in range(4):
                killer.wait()
                processes.restart(PROJECTOR)
            # Then the queue gives it again what it had not finished
            eventually_empty(system, queue_url)

    # And all levels say what the points say, to the last digit
    system.roll_up()
    for level in Level:
        assert sums(system, level) == known(level), level
