"""`python -m ops index`: create the search index, or check that what runs is what the code expects."""

import argparse

from common.engines.index_admin import ensure_index, index_problems
from common.engines.search import connect
from ops.target import settings_of

TIMEOUT_SECONDS = 30


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`index create|check`."""
    actions = subjects.add_parser("index", help="the search index behind its aliases").add_subparsers(required=True)
    actions.add_parser("create", help="create it, unless it is there").set_defaults(run=create)
    actions.add_parser("check", help="say what differs from the code").set_defaults(run=check)


def create(options: argparse.Namespace) -> int:
    """Create the first index behind its aliases, unless it is there."""
    settings = settings_of(options.stack)
    created = ensure_index(connect(settings, TIMEOUT_SECONDS), settings.refresh_interval_ms)
    print("created" if created else "there already")
    return 0


def check(options: argparse.Namespace) -> int:
    """Say what differs, a line each."""
    problems = index_problems(connect(settings_of(options.stack), TIMEOUT_SECONDS))
    print("\n".join(problems) or "as the code expects")
    return 1 if problems else 0
