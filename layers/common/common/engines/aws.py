"""AWS clients for those who seldom need one."""

from functools import cached_property
from typing import Any, Final

BRIEFLY: Final[dict[str, Any]] = {
    "connect_timeout": 1,
    "read_timeout": 3,
    "retries": {"mode": "standard", "total_max_attempts": 3},
}
"""Limits for a call that somebody waits for."""


def later(service: str, **limits: Any) -> Any:  # noqa: ANN401  # a client of any service
    """A client that is made when it is first used, with `limits` as `botocore.config.Config` takes them.

    Importing boto3 and reading a service's description take longer than everything else at a cold start.
    """
    return _Later(service, limits)


class _Later:
    def __init__(self, service: str, limits: dict[str, Any]) -> None:
        self._service = service
        self._limits = limits

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401  # any operation
        return getattr(self._made, name)

    @cached_property
    def _made(self) -> Any:  # noqa: ANN401
        import boto3  # noqa: PLC0415  # that is the point
        from botocore.config import Config  # noqa: PLC0415

        return boto3.client(self._service, config=Config(**self._limits))  # type: ignore[call-overload]  # any service
