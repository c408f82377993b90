"""The logs' projector dies in mid-bulk: every entry is there, once, and counted so."""

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from command_app.ingestion.body import MAX_ENTRIES
from common.batches import batches
from local.engines import Engines
from local.inprocess.system import System
from local.processes import Processes
from tests.engine_logs import entries, live
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
    are_counted(system, [line for lines in copies for line in lines])


def test_what_the_engines_write_while_this_runs_is_counted_as_they_wrote_it(system: System, engine_logs: Path) -> None:
    # Given all that they have written up to now, the start of this system on them last
    lines = live(engine_logs)
    assert {line["service"] for line in lines} == {"opensearch", "elasticmq"}

    # When it is sent, and a part of it twice
    parts = list(batches(lines, MAX_ENTRIES))
    for some in (*parts, parts[0]):
        answer = system.request("POST", "/v1/logs", body=some, token=system.token(ORG))
        assert answer.json["accepted"] == len(some)
    system.project("LogsProjectorFunction")

    # Then it is there as it was written
    are_counted(system, lines)


def are_counted(system: System, lines: Sequence[Mapping[str, Any]]) -> None:
    """As many are found by hour and level as there are."""
    expected = Counter((line["timestamp"][:13], line["level"]) for line in lines)
    counted = system.request("GET", "/v1/logs/histogram", token=system.token(ORG), query={"interval": "hour"}).json
    assert counted["total"] == expected.total()
    assert expected == {
        (step["start"][:13], level): count for step in counted["steps"] for level, count in step["levels"].items()
    }
