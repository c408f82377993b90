"""Which system an operator's command is for."""

import os
from collections.abc import Mapping

import boto3
from botocore.exceptions import ClientError

from common.errors import Permanent
from common.settings import Settings
from local.running import find_running


def settings_of(stack: str | None) -> Settings:
    """The settings of a deployed stack, of this process's own environment, or of the system that runs here.

    Raises Permanent for a stack that is not there, LocalError when nothing runs here.
    """
    if stack:
        return _from_outputs(outputs_of(stack))
    if "OPENSEARCH_URL" in os.environ:
        return Settings.from_env()
    running = find_running()
    os.environ.update(running.environment)
    here = {"OpenSearchUrl": running.environment["OPENSEARCH_URL"], "CacheUrl": running.environment["CACHE_URL"]}
    return _from_outputs({**running.outputs, **here})


def outputs_of(stack: str) -> dict[str, str]:
    """A deployed stack's outputs. Raises Permanent for one that is not there."""
    try:
        described = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        raise Permanent(f"stack {stack}: {error.response['Error']['Message']}") from error
    return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}


def _from_outputs(outputs: Mapping[str, str]) -> Settings:
    url = outputs["OpenSearchUrl"]
    return Settings(
        table_name=outputs.get("TableName", ""),
        queue_url=outputs.get("EventQueueUrl", ""),
        dlq_url=outputs.get("DeadLetterQueueUrl", ""),
        opensearch_url=url,
        cache_url=outputs.get("CacheUrl", ""),
        cache_name=outputs.get("CacheName", ""),
        cache_user=outputs.get("CacheUser", ""),
        opensearch_service="es" if url.endswith(".es.amazonaws.com") else "",
    )
