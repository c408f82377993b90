"""`cqrs`: each command adds itself; what goes wrong is one line on stderr, and an exit code that says of what kind."""

from collections.abc import Sequence

import click

from payments_client.cli import commands, exports, logs, metrics, queries, searches, statistics
from payments_client.cli.failures import INTERRUPTED, Failure, say


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(message="%(version)s", package_name="payments-cqrs-client")
def cqrs() -> None:
    """Payments: request, process, refund, search and count them; and the logs and metrics beside them.

    The address comes from CQRS_URL, the token from CQRS_TOKEN, or from CQRS_TOKEN_COMMAND: a command that prints one,
    and that finds CQRS_URL and CQRS_ORG in its environment.

    \b
    Exit codes:
      0    done
      1    refused: the payment's state or version does not allow it
      2    wrong usage, or a field or query that the API does not take
      3    not found
      4    no token, or not allowed
      5    no answer, or unavailable: try again
      130  interrupted
    """  # noqa: D301  # as click needs it


for module in (queries, statistics, exports, searches, logs, metrics, commands):
    for each in module.COMMANDS:
        cqrs.add_command(each)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers the exit code."""
    try:
        code = cqrs.main(arguments, prog_name="cqrs", standalone_mode=False)
    except click.Abort:
        click.echo("stopped", err=True)
        return INTERRUPTED
    except Failure as failure:
        failure.show()
        return failure.code
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        say(error.format_message() + (f" (see {context.command_path} --help)" if context else ""))
        return error.exit_code
    return code if isinstance(code, int) else 0
