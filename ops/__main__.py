"""`python -m ops index create|check` and `python -m ops openapi write|check`."""

import argparse
import sys

from common.errors import AppError
from local.processes import LocalError
from ops import index, openapi

COMMANDS = {
    ("index", "create"): index.create,
    ("index", "check"): index.check,
    ("openapi", "write"): openapi.write,
    ("openapi", "check"): openapi.check,
}


def main() -> int:
    """Run one command; answers the exit code: 0 all is well, 1 it is not, 2 wrong usage."""
    parser = argparse.ArgumentParser(prog="python -m ops", description="The operator's commands.")
    parser.add_argument("--stack", help="a deployed CloudFormation stack; without it, what `make up` runs here")
    subjects = parser.add_subparsers(dest="subject", required=True)
    subject = subjects.add_parser("index", help="the search index behind its aliases")
    subject.add_argument("action", choices=["create", "check"])
    subject = subjects.add_parser("openapi", help="the one OpenAPI document of all functions")
    subject.add_argument("action", choices=["write", "check"])
    options = parser.parse_args()
    try:
        return COMMANDS[options.subject, options.action](options.stack)
    except (AppError, LocalError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
