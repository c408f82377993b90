"""Deploys template.yaml into the AWS emulator: packaged as `sam package` does, transformed by SAM's own translator."""

import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import WaiterError
from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator

from local.engines import REGION, Engines
from local.processes import LocalError
from local.stack.build import build
from local.stack.routes import routes_as_resources
from local.template import Template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient

STACK = "payments"
_ARTIFACTS = "artifacts"
_DELIVERIES_AT_A_TIME = 1
"""Of logs, to the function that makes metrics of them.

The emulator delivers each line at once and by itself, so that a busy stack did little but start processes for them. It
drops those that come meanwhile; CloudWatch gathers them.
"""


@dataclass(frozen=True)
class Deployment:
    """A deployed stack: its HTTP address on this machine, and its outputs by name."""

    api_url: str
    outputs: Mapping[str, str]


def deploy(engines: Engines, template: Mapping[str, Any], root: Path, build_dir: Path) -> Deployment:
    """Build, package and deploy; answers when everything is made. Raises LocalError naming what failed."""
    aws_url = engines.aws_url
    session = aws_session()
    store = session.client("s3", endpoint_url=aws_url)
    store.create_bucket(Bucket=_ARTIFACTS, CreateBucketConfiguration={"LocationConstraint": REGION})
    packaged = copy.deepcopy(dict(template))
    # Nobody shifts calls from one version to another here.
    del packaged["Globals"]["Function"]["DeploymentPreference"]
    # The emulator takes a parameter for a text, and a text is no limit to it.
    for mapping in Template(template, {}).queue_mappings():
        events = packaged["Resources"][mapping.function]["Properties"]["Events"].values()
        for source in (each["Properties"] for each in events if each["Type"] == "SQS"):
            source["ScalingConfig"] = {"MaximumConcurrency": mapping.concurrency}
    archives = build(template, root, build_dir)
    for archive in set(archives.values()):
        store.upload_file(str(archive), _ARTIFACTS, archive.name)
    for logical_id, archive in archives.items():
        properties = packaged["Resources"][logical_id]["Properties"]
        properties["CodeUri" if "CodeUri" in properties else "ContentUri"] = f"s3://{_ARTIFACTS}/{archive.name}"

    parameters = {
        "OpenSearchUrl": engines.opensearch_url,
        "CacheUrl": engines.cache_url,
    }
    body = json.dumps(routes_as_resources(_transform(packaged, parameters, session)))
    store.put_object(Bucket=_ARTIFACTS, Key="template.json", Body=body.encode())
    cloudformation = session.client("cloudformation", endpoint_url=aws_url)
    cloudformation.create_stack(
        StackName=STACK,
        TemplateURL=f"{aws_url}/{_ARTIFACTS}/template.json",
        Capabilities=["CAPABILITY_IAM"],
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    outputs = _wait(cloudformation)
    health = cloudformation.describe_stack_resource(StackName=STACK, LogicalResourceId="HealthFunction")
    session.client("lambda", endpoint_url=aws_url).put_function_concurrency(
        FunctionName=health["StackResourceDetail"]["PhysicalResourceId"],
        ReservedConcurrentExecutions=_DELIVERIES_AT_A_TIME,
    )
    return Deployment(f"{aws_url}/_aws/execute-api/{outputs['ApiId']}/$default", outputs)


def aws_session() -> boto3.Session:
    """A session with keys that open nothing."""
    return boto3.Session(region_name=REGION, aws_access_key_id="test", aws_secret_access_key="test")  # noqa: S106


def _transform(template: dict[str, Any], parameters: dict[str, str], session: boto3.Session) -> dict[str, Any]:
    """What CloudFormation's AWS::Serverless transform makes of a template."""
    translator = Translator(None, Parser(), boto_session=session)
    try:
        transformed: dict[str, Any] = translator.translate(template, parameters, get_managed_policy_map=dict)
    except InvalidDocumentException as error:
        raise LocalError(f"template.yaml: {error.message}") from error
    return transformed


def _wait(cloudformation: "CloudFormationClient") -> dict[str, str]:
    """Wait for the stack; answers its outputs."""
    try:
        cloudformation.get_waiter("stack_create_complete").wait(
            StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 240}
        )
    except WaiterError as error:
        events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
        reasons = [
            f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', 'no reason given')}"
            for event in reversed(events)
            if event["ResourceStatus"].endswith("FAILED")
        ]
        raise LocalError(f"template.yaml was not deployed: {'; '.join(reasons) or error}") from error
    stack = cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
