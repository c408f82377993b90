"""The command line `cqrs`."""

from payments_client.cli.main import main

__all__ = ["main"]
