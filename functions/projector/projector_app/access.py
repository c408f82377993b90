"""Which role may do what inside OpenSearch, and how OpenSearch is told (docs/adr/0026)."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from opensearchpy import OpenSearch

PAYMENTS, LOGS, METRICS = "payments-*", "logs-*", "metrics-*"
_API: Final = "/_plugins/_security/api"
_ALIASES: Final = "indices:admin/aliases/get"
_REFRESH: Final = "indices:admin/refresh*"
_SEARCH: Final = ("indices:data/read/search*",)
_SEARCH_AND_GET: Final = (*_SEARCH, "indices:data/read/get", "indices:data/read/mget*", "indices:data/read/msearch*")
_WRITE: Final = ("indices:data/write/bulk*", "indices:data/write/index")
# An index by time is made by its first document, from a template.
_CREATE: Final = ("indices:admin/auto_create", "indices:admin/create", "indices:admin/mapping/auto_put")
_MGET, _MSEARCH, _BULK = "indices:data/read/mget", "indices:data/read/msearch", "indices:data/write/bulk"


def _role(cluster: Iterable[str] = (), **indices: Iterable[str]) -> Mapping[str, Any]:
    patterns = {"payments": PAYMENTS, "logs": LOGS, "metrics": METRICS}
    return {
        "cluster_permissions": list(cluster),
        "index_permissions": [
            {"index_patterns": [patterns[name]], "allowed_actions": list(actions)} for name, actions in indices.items()
        ],
    }


ROLES: Final[Mapping[str, Mapping[str, Any]]] = {
    "ProjectorFunction": _role([_BULK], payments=[*_WRITE, _ALIASES, _REFRESH]),
    "LogsProjectorFunction": _role([_BULK], logs=[*_WRITE, *_CREATE]),
    "MetricsProjectorFunction": _role([_BULK, _MGET], metrics=[*_WRITE, *_CREATE, *_SEARCH_AND_GET]),
    "PaymentsQueryFunction": _role([_MSEARCH], payments=_SEARCH_AND_GET),
    "LogsQueryFunction": _role(logs=_SEARCH),
    "MetricsQueryFunction": _role(metrics=_SEARCH),
    "TraceFunction": _role([_MSEARCH], logs=_SEARCH_AND_GET, metrics=_SEARCH_AND_GET),
    "ExportWorkerFunction": _role(payments=[*_SEARCH, "indices:data/read/point_in_time/*"]),
    "AlertsFunction": _role(payments=_SEARCH, logs=_SEARCH),
    "ReconcileFunction": _role([_MGET], payments=[*_SEARCH_AND_GET, _REFRESH]),
    "OperationsFunction": _role(payments=[_ALIASES, "indices:monitor/settings/get"]),
    "Operators": _role(["*"], payments=["*"], logs=["*"], metrics=["*"]),
}
"""By the functions' names in template.yaml; beside them the people who run `python -m ops`."""

AUDIT: Final[Mapping[str, Any]] = {
    "enabled": True,
    "audit": {
        "enable_rest": True,
        "enable_transport": False,
        "disabled_rest_categories": ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
        "disabled_transport_categories": ["AUTHENTICATED", "GRANTED_PRIVILEGES"],
        # A body may be personal.
        "log_request_body": False,
        "resolve_bulk_requests": False,
        "resolve_indices": True,
        "exclude_sensitive_headers": True,
        "ignore_users": [],
        "ignore_requests": [],
    },
    "compliance": {"enabled": False},
}
"""What is refused is logged, without its body."""


def grant(client: OpenSearch, arns: Mapping[str, str]) -> None:
    """Give each IAM role what is its own, by the names of `ROLES`; what it had before under that name is taken away."""
    for name, arn in arns.items():
        client.transport.perform_request("PUT", f"{_API}/roles/{_called(name)}", body=ROLES[name])
        mapped = {"backend_roles": [arn] if arn else []}
        client.transport.perform_request("PUT", f"{_API}/rolesmapping/{_called(name)}", body=mapped)
    client.transport.perform_request("PUT", f"{_API}/audit/config", body=AUDIT)


def _called(name: str) -> str:
    return f"payments-{name}"
