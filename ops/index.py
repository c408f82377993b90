"""`python -m ops index`: create the search indices, check what runs, delete what is too old."""

import argparse
from datetime import UTC, datetime

from common.engines.administration import administrator
from common.engines.index_admin import TIMED, ensure_indices, index_problems
from common.engines.timed_indices import expire
from ops.target import settings_of


def add_to(subjects: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """`index create|check|expire`."""
    actions = subjects.add_parser("index", help="the search index behind its aliases").add_subparsers(required=True)
    actions.add_parser("create", help="create it, unless it is there").set_defaults(run=create)
    actions.add_parser("check", help="say what differs from the code").set_defaults(run=check)
    actions.add_parser("expire", help="delete indices past their days, as policies do where there are").set_defaults(
        run=delete_old
    )


def create(options: argparse.Namespace) -> int:
    """Create the first index behind its aliases, unless it is there."""
    settings = settings_of(options.stack)
    with administrator(settings) as client:
        created = ensure_indices(client, settings.refresh_interval_ms)
    print("created" if created else "there already")
    return 0


def check(options: argparse.Namespace) -> int:
    """Say what differs, a line each."""
    with administrator(settings_of(options.stack)) as client:
        problems = index_problems(client)
    print("\n".join(problems) or "as the code expects")
    return 1 if problems else 0


def delete_old(options: argparse.Namespace) -> int:
    """Name what was deleted, a line each."""
    with administrator(settings_of(options.stack)) as client:
        deleted = expire(client, TIMED, datetime.now(UTC))
    print("\n".join(deleted) or "nothing is old enough")
    return 0
