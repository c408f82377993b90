"""The logs' projector dies in mid-bulk: every entry is there, once, and counted so."""

import sys
from collections import Counter
from pathlib import Path

from local.engines import Engines
from local.inprocess.system import System
from local.processes import Processes
from tests.engine_logs import entries
from tests.faults.proxy import SearchProxy
from tests.faults.steps import ORG, Killer, child_environment, eventually_empty, real_engines_only, redelivered_after

pytestmark = real_engines_only

PROJECTOR = "logs-projector-that-dies"


def test_a_logs_projector_killed_in_mid_bulk_loses_and_doubles_nothing(
    system: System, engines: Engines, tmp_path: Path
) -> None:
    # Given the engines' own lines ten times over, each time of another service, and each body sent twice
    copies = [[{**line, "service": f"{line['service']}-{copy}"} for line in entries()] for copy in range(10)]
    for lines in copies * 2:
        assert system.request("POST", "/v1/logs", body=lines, token=system.token(ORG)).json["accepted"] == len(lines)
    queue_url = system.queues["LogsQueue"]
    redelivered_after(system, 4, queue_url)
    with Processes(tmp_path) as processes:
        killer = Killer(processes, PROJECTOR, arrives=(False, True))
        with SearchProxy(engines.opensearch_url, killer) as proxy:
            # When the projector is killed as its bulk leaves, again as the answer comes, and then lives
            argv = [sys.executable, "-m", "tests.faults.worker", "LogsProjectorFunction", "--poll", queue_url]
            environment = {**child_environment(), "OPENSEARCH_URL": proxy.url}
            processes.start(PROJECTOR, argv, ready=lambda: True, env=environment)
            killer.wait()
            processes.restart(PROJECTOR)
            killer.wait()
            processes.restart(PROJECTOR)
            eventually_empty(system, queue_url)
    system.project("LogsProjectorFunction")

    # Then each hour has as many of each level as were sent
    expected = Counter((line["timestamp"][:13], line["level"]) for lines in copies for line in lines)
    counted = system.request("GET", "/v1/logs/histogram", token=system.token(ORG), query={"interval": "hour"}).json
    assert counted["total"] == expected.total()
    assert expected == {
        (step["start"][:13], level): count for step in counted["steps"] for level, count in step["levels"].items()
    }
