"""`cqrs` on this machine: the client's command line, which finds the system that runs here and its tokens by itself.

What the environment says goes first; the client itself knows nothing of this machine.
"""

import os
import shlex
import sys
from contextlib import suppress

from local.places import ROOT
from local.processes import LocalError
from local.running import find_running
from payments_client.cli import main as cqrs

# The client gives the command CQRS_URL and CQRS_ORG.
TOKEN_COMMAND = (
    f'cd {shlex.quote(str(ROOT))} && {shlex.quote(sys.executable)} -m local token --url "$CQRS_URL"'
    ' --org "${CQRS_ORG:?say whose payments with --org}" --role "${CQRS_ROLE:-agent}" --user "${CQRS_USER:-u1}"'
)


def main() -> int:
    """Run `cqrs`; answers its exit code."""
    with suppress(LocalError):
        os.environ.setdefault("CQRS_URL", find_running().url)
    if "CQRS_TOKEN" not in os.environ:
        os.environ.setdefault("CQRS_TOKEN_COMMAND", TOKEN_COMMAND)
    return cqrs()
