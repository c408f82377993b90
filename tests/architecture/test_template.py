"""template.yaml keeps what the code relies on, and gives no function more than it uses."""

import json
import re
import tomllib
from datetime import timedelta
from hashlib import sha256
from typing import Any

import orjson
import pytest

from command_app.payments.adapters.idempotency_records import LOCK_SECONDS
from command_app.payments.outbox import FAST_PATH
from common.cache.keys import HELD_SECONDS
from common.edge.observability import NAMESPACE
from common.settings import Settings
from local.places import ROOT
from local.template import QueueMapping, Template, load
from ops.openapi import DOCUMENT, merged
from projector_app.access import AUDIT, ROLES
from projector_app.wiring import BULK_TIMEOUT_SECONDS
from query_app.export_worker_handler import MAX_RECEIVES
from query_app.payments.exports.adapters.snapshots import KEEP
from query_app.payments.exports.job import FILE_LIFE
from query_app.payments.exports.worker import LEASE_SECONDS
from query_app.saved.adapters.claims import CLAIM_SECONDS
from query_app.saved.search import OVERLAP

RESOURCES: dict[str, Any] = load()["Resources"]
ALARMS = [name for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"]
FUNCTIONS = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Serverless::Function"}

QUEUES = [name for name, each in RESOURCES.items() if each["Type"] == "AWS::SQS::Queue"]


def of(name: str) -> dict[str, Any]:
    properties: dict[str, Any] = RESOURCES[name]["Properties"]
    return properties


def statements(function: str) -> list[dict[str, Any]]:
    """All statements, those under a condition included."""
    written = [each for policy in of(function).get("Policies", []) for each in _when_it_holds(policy)["Statement"]]
    return [_when_it_holds(each) for each in written]


def _when_it_holds(node: dict[str, Any]) -> dict[str, Any]:
    held: dict[str, Any] = node["Fn::If"][1] if "Fn::If" in node else node
    return held


def actions(statement: dict[str, Any]) -> list[str]:
    listed = statement["Action"]
    return listed if isinstance(listed, list) else [listed]


def test_all_that_is_deployed_is_built_by_one_makefile() -> None:
    kinds = ("AWS::Serverless::Function", "AWS::Serverless::LayerVersion")
    built = [each["Metadata"] for each in RESOURCES.values() if each["Type"] in kinds]
    assert built == [{"BuildMethod": "makefile", "ContextPath": "package"}] * (len(FUNCTIONS) + 1)


def test_the_projector_gets_whole_batches_and_answers_for_single_messages() -> None:
    event = of("ProjectorFunction")["Events"]["Events"]["Properties"]
    assert event["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert event["BatchSize"] == 1_000
    assert event["MaximumBatchingWindowInSeconds"] >= 1


@pytest.mark.parametrize("mapping", Template(load(), {}).queue_mappings(), ids=lambda mapping: mapping.queue)
def test_a_queue_hides_its_messages_for_six_times_its_function_s_limit_and_loses_none(mapping: QueueMapping) -> None:
    queue = of(mapping.queue)
    redrive = queue["RedrivePolicy"]
    letters = of(redrive["deadLetterTargetArn"]["Fn::GetAtt"][0])
    assert queue["VisibilityTimeout"] >= 6 * of(mapping.function)["Timeout"]
    assert redrive["maxReceiveCount"] >= 3
    assert letters["MessageRetentionPeriod"] == 14 * 24 * 3600
    assert mapping.partial_failures


@pytest.mark.parametrize("queue", QUEUES)
def test_only_a_queue_s_own_source_may_leave_its_letters_there(queue: str) -> None:
    sources = [name for name in QUEUES if _letters(name) == queue]
    allowed = of(queue)["RedriveAllowPolicy"]
    if not sources:
        assert allowed == {"redrivePermission": "denyAll"}
        return
    names = [of(source)["QueueName"]["Fn::Sub"] for source in sources]
    arn = "arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}:"
    assert allowed == {"redrivePermission": "byQueue", "sourceQueueArns": [{"Fn::Sub": arn + name} for name in names]}


@pytest.mark.parametrize("queue", QUEUES)
def test_a_queue_is_encrypted_at_rest_and_on_the_way(queue: str) -> None:
    assert of(queue)["KmsMasterKeyId"] == {"Ref": "DataKey"}
    assert {"Ref": queue} in of("QueuesByTlsOnly")["Queues"]
    [statement] = of("QueuesByTlsOnly")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def _letters(queue: str) -> str | None:
    redrive = of(queue).get("RedrivePolicy")
    return redrive["deadLetterTargetArn"]["Fn::GetAtt"][0] if redrive else None


def test_the_report_of_the_queue_s_age_waits_as_long_as_the_queue_hides_what_was_taken() -> None:
    assert of("EventQueue")["VisibilityTimeout"] + 60 == HELD_SECONDS


def test_a_killed_export_goes_on_when_its_lease_is_over_and_its_snapshot_is_still_there() -> None:
    timeout, hidden = of("ExportWorkerFunction")["Timeout"], of("ExportsQueue")["VisibilityTimeout"]
    assert timeout < LEASE_SECONDS < hidden < int(KEEP.removesuffix("m")) * 60
    assert hidden >= 6 * timeout
    assert of("ExportsQueue")["RedrivePolicy"]["maxReceiveCount"] == MAX_RECEIVES
    assert of("ExportWorkerFunction")["Events"]["Exports"]["Properties"]["BatchSize"] == 1


def test_a_claim_of_an_alert_outlives_its_run() -> None:
    assert of("AlertsFunction")["Timeout"] < CLAIM_SECONDS < OVERLAP.total_seconds()
    assert of("AlertsFunction")["ReservedConcurrentExecutions"] == 1


def test_exports_are_nobody_else_s_and_gone_after_a_day() -> None:
    bucket = of("ExportsBucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    [rule] = bucket["LifecycleConfiguration"]["Rules"]
    assert (rule["Status"], rule["ExpirationInDays"]) == ("Enabled", 1)
    assert timedelta(days=rule["ExpirationInDays"]) >= FILE_LIFE
    assert rule["AbortIncompleteMultipartUpload"] == {"DaysAfterInitiation": 1}
    [statement] = of("ExportsBucketPolicy")["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_engines_time_out_before_the_functions_do() -> None:
    assert of("ProjectorFunction")["Timeout"] > BULK_TIMEOUT_SECONDS
    assert of("CommandFunction")["Timeout"] < LOCK_SECONDS
    assert FAST_PATH.total_seconds() > of("CommandFunction")["Timeout"]


def test_the_table_keeps_what_is_written() -> None:
    table = of("Table")
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert RESOURCES["Table"]["DeletionPolicy"] == "RetainExceptOnCreate"
    assert RESOURCES["Table"]["UpdateReplacePolicy"] == "Retain"


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_s_log_has_an_end(function: str) -> None:
    log = of(function)["LoggingConfig"]["LogGroup"]["Ref"]
    assert of(log)["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("function", FUNCTIONS)
def test_no_function_may_do_more_than_it_names(function: str) -> None:
    for statement in statements(function):
        assert statement["Resource"] != "*", statement
        for action in actions(statement):
            assert "*" not in action, statement


@pytest.mark.parametrize("function", FUNCTIONS)
def test_each_function_s_variables_are_settings(function: str) -> None:
    values = dict.fromkeys([*load()["Parameters"], *RESOURCES, "CursorKey.SecretString"], "x")
    variables = Template(load(), values).environment(function)
    known = {name.upper() for name in Settings.__dataclass_fields__}
    unknown = {name for name in variables if not name.startswith(("POWERTOOLS_", "PYDANTIC_"))} - known
    assert unknown == set()


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_alarm_reaches_somebody_and_silence_is_no_alarm(alarm: str) -> None:
    assert of(alarm)["AlarmActions"] == [{"Ref": "AlarmTopic"}]
    assert of(alarm)["TreatMissingData"] == "notBreaching"


@pytest.mark.parametrize("alarm", ALARMS)
def test_each_alarm_links_to_the_part_of_the_runbook_that_is_its_own(alarm: str) -> None:
    description = of(alarm)["AlarmDescription"]["Fn::Sub"]
    anchor = re.fullmatch(r"[A-Z][^#]*\. \$\{RunbookUrl\}#([\w-]+)", description)
    assert anchor, description
    headings = re.findall(r"^## (Alarms?: .*)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE)
    [heading] = [each for each in headings if f"`{alarm}`" in each]
    assert anchor[1] == re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("metric", ["Errors", "Throttles"])
def test_a_function_that_fails_or_is_refused_is_an_alarm(function: str, metric: str) -> None:
    watched = [
        alarm
        for alarm in ALARMS
        if of(alarm)["Namespace"] == "AWS/Lambda"
        and of(alarm)["MetricName"] == metric
        and of(alarm)["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": function}}]
    ]
    assert len(watched) == 1


def test_the_projector_s_alarm_comes_before_its_limit() -> None:
    limit_ms = of("ProjectorFunction")["Timeout"] * 1000
    assert BULK_TIMEOUT_SECONDS * 1000 < of("ProjectorSlow")["Threshold"] < limit_ms


@pytest.mark.parametrize("alarm", [alarm for alarm in ALARMS if of(alarm)["Namespace"] == NAMESPACE])
def test_a_metric_of_our_own_is_one_that_the_function_of_that_service_counts(alarm: str) -> None:
    [dimension] = of(alarm)["Dimensions"]
    [function] = [
        each for each in FUNCTIONS.values() if _service(each) == dimension["Value"] and dimension["Name"] == "service"
    ]
    folder = ROOT / function["Properties"]["CodeUri"]
    assert any(f'"{of(alarm)["MetricName"]}"' in source.read_text() for source in folder.rglob("*.py"))


def _service(function: dict[str, Any]) -> str:
    service: str = function["Properties"]["Environment"]["Variables"]["POWERTOOLS_SERVICE_NAME"]
    return service


def test_all_that_is_kept_is_encrypted_by_the_stack_s_key() -> None:
    keys = {
        "AWS::Logs::LogGroup": "KmsKeyId",
        "AWS::SQS::Queue": "KmsMasterKeyId",
        "AWS::SNS::Topic": "KmsMasterKeyId",
        "AWS::SecretsManager::Secret": "KmsKeyId",
        "AWS::ElastiCache::ServerlessCache": "KmsKeyId",
    }
    kept = {name: keys[each["Type"]] for name, each in RESOURCES.items() if each["Type"] in keys}
    assert len(kept) > len(FUNCTIONS)
    for name, key in kept.items():
        assert "DataKey" in str(of(name)[key]), name
    assert "DataKey" in str(of("Table")["SSESpecification"])
    assert "DataKey" in str(of("SearchDomain")["EncryptionAtRestOptions"])
    assert "DataKey" in str(of("ExportsBucket")["BucketEncryption"])
    assert "DataKey" in str(load()["Globals"]["Function"]["KmsKeyArn"])


def test_callers_cannot_write_what_their_tokens_claim_of_them() -> None:
    for client in ("UserPoolClient", "ConsoleClient"):
        assert of(client)["WriteAttributes"] == ["email"]
    assert of("UserPool")["AdminCreateUserConfig"] == {"AllowAdminCreateUserOnly": True}


def test_the_firewall_logs_neither_tokens_nor_searches_and_lets_megabytes_through() -> None:
    firewall = load(ROOT / "waf.yaml")["Resources"]
    assert firewall["WebAcl"]["Properties"]["Scope"] == "CLOUDFRONT"
    redacted = firewall["Logging"]["Properties"]["RedactedFields"]
    assert redacted == [{"SingleHeader": {"Name": "authorization"}}, {"QueryString": {}}]
    groups = [
        each["Statement"]["ManagedRuleGroupStatement"]
        for each in firewall["WebAcl"]["Properties"]["Rules"]
        if "ManagedRuleGroupStatement" in each["Statement"]
    ]
    counted = {rule["Name"] for group in groups for rule in group.get("RuleActionOverrides", [])}
    assert counted
    assert all(name.endswith("_BODY") for name in counted)
    assert of("Console")["DistributionConfig"]["WebACLId"]["Fn::If"][1] == {"Ref": "WebAclArn"}


def test_what_is_paid_for_can_be_told_apart_by_stage_and_context() -> None:
    assert load()["Globals"]["Function"]["Tags"] == {"application": "payments", "stage": {"Ref": "Stage"}}
    contexts = {of(name)["Tags"]["context"] for name in FUNCTIONS}
    assert contexts == {"payments", "logs", "metrics", "service"}


@pytest.mark.parametrize("stage", ["dev", "staging", "prod"])
def test_a_stage_s_stack_has_the_tags_and_parameters_of_its_own(stage: str) -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())
    deploy = settings["default" if stage == "dev" else stage]["deploy"]["parameters"]
    assert deploy["tags"] == f"application=payments stage={stage}"
    given = dict(each.split("=", 1) for each in deploy["parameter_overrides"].split())
    assert given["Stage"] == stage
    assert given.keys() <= load()["Parameters"].keys()
    if stage != "dev":
        assert given["DeploymentType"].startswith("LambdaCanary")


def test_each_function_that_asks_the_domain_has_a_role_inside_it() -> None:
    asking = {
        function
        for function in FUNCTIONS
        if any(action.startswith("es:") for each in statements(function) for action in actions(each))
    }
    # The master needs no other role.
    assert asking - {"IndexFunction"} == ROLES.keys() - {"Operators"}
    master = of("SearchDomain")["AdvancedSecurityOptions"]["MasterUserOptions"]["MasterUserARN"]
    assert master == {"Fn::GetAtt": ["IndexFunctionRole", "Arn"]}
    told = of("PaymentsIndex")["Roles"]["Fn::If"][1]
    assert told.pop("Operators") == {"Ref": "OperatorRoleArn"}
    assert told == {name: {"Fn::GetAtt": [f"{name}Role", "Arn"]} for name in ROLES if name != "Operators"}


def test_a_deployment_tells_the_domain_anew_when_a_role_changed() -> None:
    written = orjson.dumps([ROLES, AUDIT], option=orjson.OPT_SORT_KEYS)
    assert of("PaymentsIndex")["Access"] == sha256(written).hexdigest()[:12]


def test_the_master_s_permission_is_of_the_domain_by_its_name() -> None:
    [statement] = statements("IndexFunction")
    arn, values = statement["Resource"]["Fn::Sub"]
    name = of("SearchDomain")["DomainName"]["Fn::Sub"]
    assert [arn.rpartition(":domain/")[2], values] == [f"{name[0]}/*", name[1]]


def test_everything_but_health_and_the_description_needs_a_token() -> None:
    routes = Template(load(), {}).routes()
    assert {route.path for route in routes if route.authorizer is None} == {"/v1/health", "/openapi.json"}


def test_template_and_openapi_name_the_same_addresses() -> None:
    described = {
        f"{method.upper()} {path}"
        for path, methods in orjson.loads(DOCUMENT.read_bytes())["paths"].items()
        for method in methods
    }
    assert {route.key for route in Template(load(), {}).routes()} == described | {"GET /openapi.json"}


def test_what_the_openapi_document_refers_to_is_in_it() -> None:
    schemas = {f"#/components/schemas/{name}" for name in orjson.loads(DOCUMENT.read_bytes())["components"]["schemas"]}
    referred = set(re.findall(r'"\$ref": ?"([^"]+)"', DOCUMENT.read_text()))
    assert referred <= schemas


def test_the_served_openapi_document_is_what_the_code_says() -> None:
    assert DOCUMENT.read_bytes() == merged(), "run `python -m ops openapi write`"


def test_the_dashboard_draws_what_somebody_counts() -> None:
    # Given every metric of our own that the dashboard searches for
    widgets = json.loads(of("Dashboard")["DashboardBody"]["Fn::Sub"])["widgets"]
    searched = re.findall(rf"{{{NAMESPACE},service}} MetricName=\\\"(\w+)", json.dumps(widgets))
    assert {"ProjectionLag", "CacheMiss"} <= set(searched)

    # Then the code counts it
    code = "".join(source.read_text() for source in (ROOT / "functions").rglob("*.py"))
    assert [name for name in searched if f'"{name}"' not in code] == []


def test_each_function_s_metrics_are_heard_but_those_that_would_hear_themselves() -> None:
    logs = {name: of(name)["LoggingConfig"]["LogGroup"]["Ref"] for name in FUNCTIONS}
    heard = {each["Properties"]["LogGroupName"]["Ref"] for each in of("HealthFunction")["Events"].values()}
    assert set(logs.values()) - heard == {logs["HealthFunction"], logs["MetricsProjectorFunction"]}
