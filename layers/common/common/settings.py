"""Every environment variable that the functions read; docs/configuration.md lists them, and a test compares."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import Permanent


@dataclass(frozen=True)
class Settings:
    """What a function must be told about its surroundings. Read once, by `wiring.py`, never at import."""

    table_name: str = ""
    queue_url: str = ""
    dlq_url: str = ""
    opensearch_url: str = ""
    opensearch_service: str = ""
    """`es` or `aoss`: requests are signed with SigV4. Empty: plain requests, as on one machine."""
    cache_url: str = ""
    """`redis://` or `rediss://`. Empty: no shared cache."""
    cursor_key: str = ""
    """What cursors are signed with: a secret of 32 characters or more."""
    exports_bucket: str = ""
    exports_queue_url: str = ""
    cache_name: str = ""
    """Of the ElastiCache cache, where functions log in to it by their IAM roles."""
    cache_user: str = ""
    """The ElastiCache user whose password is a token signed by the function's role. Empty: as the address says."""
    alerts_topic_arn: str = ""
    logs_queue_url: str = ""
    logs_dlq_url: str = ""
    log_groups: str = ""
    """Whose CloudWatch log groups are: `/aws/lambda/shop=org-456,/ecs/=org-789`; the longest beginning holds."""
    metrics_queue_url: str = ""
    metrics_dlq_url: str = ""
    health_organization: str = "operations"
    """Whose metrics the service's own are."""
    organization_claim: str = "custom:organizationId"
    role_claim: str = "custom:role"
    cache_ttl_seconds: int = 300
    query_rate: int = 0
    """Queries a second that each organization may ask of each context. 0: as many as it likes."""
    follow_seconds: int = 20
    """How long a request that follows logs may wait for an entry: so long it takes up a function."""
    consistency_wait_ms: int = 2_000
    """How long a query waits for the write that its Consistency-Token names."""
    refresh_interval_ms: int = 500
    """How long the index may take to show a write; the index is created with the same interval."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> "Settings":
        """Read each field from the variable of its name in capitals. Raises Permanent naming a bad one."""
        env = os.environ if environ is None else environ
        values: dict[str, str | int] = {}
        for name, field in cls.__dataclass_fields__.items():
            raw = env.get(name.upper())
            if raw is None:
                continue
            try:
                values[name] = int(raw) if field.type in (int, "int") else raw
            except ValueError:
                raise Permanent(f"{name.upper()}={raw!r} must be a whole number") from None
        return cls(**values)  # type: ignore[arg-type]  # each value was read as its field's type

    def require(self, *names: str) -> "Settings":
        """Say at start-up which variable is missing, rather than at the first use of it."""
        missing = [name.upper() for name in names if not getattr(self, name)]
        if missing:
            raise Permanent(f"set the environment variable {', '.join(missing)}")
        return self
