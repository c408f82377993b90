"""What every body that goes to OpenSearch has. Pure."""

from typing import Any

TIMEOUT = "4s"


def tenant(organization_id: str) -> dict[str, Any]:
    """The organization's documents and nobody else's, beside the routing of the request."""
    return {"term": {"organizationId": organization_id}}
