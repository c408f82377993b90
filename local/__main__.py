"""What `make` calls: `python -m local up|demo|sam-local|token`."""

import argparse
import os
import sys

from rich.console import Console

from local.processes import LocalError

INTERRUPTED = 130


def main() -> int:
    """Run one command; answers the exit code. What goes wrong is one line on stderr."""
    parser = argparse.ArgumentParser(prog="python -m local", description="The whole system on this machine.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("demo", help="import the real invoices and check what comes out")
    up_options = commands.add_parser("up", help="keep the system running until Ctrl-C")
    up_options.add_argument("--port", type=int, default=8080)
    commands.add_parser("sam-local", help="run what sam build makes as Lambda runs it, and check its answers")
    token_options = commands.add_parser("token", help="print a token for the running system")
    token_options.add_argument("--org", required=True)
    token_options.add_argument("--role", default="agent")
    token_options.add_argument("--user", default="u1")
    token_options.add_argument("--url", help="only if this is the running system's address")
    options = parser.parse_args()
    try:
        _run(options)
    except LocalError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        return 0 if options.command == "up" else INTERRUPTED
    return 0


def _run(options: argparse.Namespace) -> None:
    # Each command imports what it needs: a token should not wait for a web server's import.
    if options.command == "demo":
        from local.demo import demo  # noqa: PLC0415

        demo(Console(highlight=False))
    elif options.command == "up":
        from local.up import up  # noqa: PLC0415

        up(options.port, os.environ.get("ENGINES", "default"))
    elif options.command == "sam-local":
        from local.sam.run import sam_local  # noqa: PLC0415

        sam_local(Console(highlight=False))
    else:
        from local.running import find_running  # noqa: PLC0415
        from local.tokens import token_of  # noqa: PLC0415

        running = find_running(url=options.url)
        print(token_of(running, options.org, options.role, options.user))


if __name__ == "__main__":
    sys.exit(main())
