"""The default system: all engines, and template.yaml deployed into them."""

import os
from collections.abc import Callable
from pathlib import Path

from local.engines import Engines
from local.engines.default import start_default
from local.places import BUILD, ROOT
from local.processes import Processes
from local.stack.deploy import Deployment, deploy
from local.template import load


def start_system(processes: Processes, logs: Path, say: Callable[[str], None]) -> tuple[Engines, Deployment]:
    """Start the engines and deploy.

    `say` is told what there is, a line each; `logs` is where the processes log. Raises LocalError.
    """
    engines = start_default(processes)
    at = os.path.relpath(logs)
    say(f"ministack  {engines.aws_url}  (AWS; log: {at}/ministack.log)")
    say(f"osmem      {engines.opensearch_url}  (OpenSearch; log: {at}/osmem.log)")
    say(f"redis      {engines.cache_url}  (cache; log: {at}/redis.log)")
    deployment = deploy(engines, load(), ROOT, BUILD)
    say(f"API        {deployment.api_url}")
    return engines, deployment
