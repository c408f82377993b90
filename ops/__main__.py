"""The operator's commands: `python -m ops [--stack NAME] SUBJECT ACTION`; `--help` lists them."""

import argparse
import sys

from botocore.exceptions import BotoCoreError, ClientError
from opensearchpy.exceptions import TransportError

from common.engines.search import OpenSearchError
from common.errors import AppError
from local.processes import LocalError
from ops import audit, console, dlq, freshness, index, openapi, rebuild, reconcile

SUBJECTS = (audit, console, dlq, freshness, index, openapi, rebuild, reconcile)
"""Each adds its own commands by `add_to(subjects)`; a command is `run(options) -> exit code`."""


def main() -> int:
    """Run one command; answers the exit code: 0 all is well, 1 it is not, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m ops", description="The operator's commands.")
    parser.add_argument("--stack", help="a deployed CloudFormation stack; without it, what `make up` runs here")
    subjects = parser.add_subparsers(metavar="SUBJECT", required=True)
    for subject in SUBJECTS:
        subject.add_to(subjects)
    options = parser.parse_args()
    try:
        code: int = options.run(options)
    except (AppError, LocalError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError, OpenSearchError, TransportError) as error:
        print(f"error: an engine did not answer: {error}", file=sys.stderr)
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main())
