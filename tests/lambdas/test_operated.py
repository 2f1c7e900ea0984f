"""What an operator and an auditor look for: alarms, keys, names, the limits of roles."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.lambdas import sam
from tests.lambdas.roles import allowed, leading_keys, listed, permits

ALARMS = sam.resources("AWS::CloudWatch::Alarm")
PARAMETERS = sam.template()["Parameters"]


@pytest.mark.parametrize("name", ALARMS)
def test_each_alarm_says_what_happened_and_notifies_the_topic(name):
    alarm = ALARMS[name]
    assert len(alarm["AlarmDescription"]) > 20
    assert alarm["AlarmActions"]["Fn::If"][:2] == ["HasAlarmTopic", [{"Ref": "AlarmTopicArn"}]]


@pytest.mark.parametrize(
    ("namespace", "metric", "watched"),
    [
        ("AWS/ApiGateway", "5xx", {"HttpApi"}),
        ("AWS/ApiGateway", "Latency", {"HttpApi"}),
        ("AWS/Lambda", "Throttles", set(sam.resources("AWS::Serverless::Function"))),
        ("AWS/Lambda", "Invocations", {"MaintenanceFunction"}),
        ("AWS/Lambda", "Errors", {"MaintenanceFunction"}),
        (
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            {"JobQueue", "LargeQueue", "MediaQueue", "DeliveryQueue", "BatchQueue"},
        ),
        (
            "AWS/SQS",
            "ApproximateNumberOfMessagesVisible",
            {"DeadLetterQueue", "IntakeDeadLetterQueue"},
        ),
    ],
)
def test_what_can_fail_is_watched(namespace, metric, watched):
    alarms = [
        a for a in ALARMS.values() if (a["Namespace"], a["MetricName"]) == (namespace, metric)
    ]
    found = set(
        re.findall(r"\w+(?:Queue|Function|Api)\b", json.dumps([a["Dimensions"] for a in alarms]))
    )
    assert found == watched


def test_maintenance_that_is_never_called_raises_an_alarm():
    alarm = ALARMS["MaintenanceAlarm"]
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == ("LessThanThreshold", 1)
    assert alarm["TreatMissingData"] == "breaching", "a rule that is gone sends no data"


def test_the_dashboard_is_json_and_shows_resources_of_the_stack():
    (dashboard,) = sam.resources("AWS::CloudWatch::Dashboard").values()
    body = dashboard["DashboardBody"]["Fn::Sub"]
    named = {name.partition(".")[0] for name in re.findall(r"\$\{([^}:]+)\}", body)}
    assert named <= sam.template()["Resources"].keys()
    assert len(json.loads(re.sub(r"\$\{[^}]+\}", "x", body))["widgets"]) > 5


CREDENTIALS = ("credential#x", "identity#x", "proof#x", "admin")


@pytest.mark.parametrize(
    "role", ["JobsRole", "LargeRole", "MediaRole", "HooksRole", "BatchesRole", "IntakeRole"]
)
@pytest.mark.parametrize("partition", CREDENTIALS)
def test_a_function_that_meets_strangers_data_reads_no_credentials(role, partition):
    for action in ("GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query"):
        assert not permits(role, f"dynamodb:{action}", "Table", partition)


def test_only_the_api_reaches_every_kind_of_record():
    wide = {
        role
        for role in sam.resources("AWS::IAM::Role")
        for statement in allowed(role)
        if any(action.startswith("dynamodb:") for action in listed(statement["Action"]))
        and leading_keys(statement) == ["*"]
    }
    assert wide == {"ApiRole"}


def test_the_function_that_sends_webhooks_touches_no_pending_job():
    assert permits("HooksRole", "dynamodb:GetItem", "Table", "owner#x")
    assert not permits("HooksRole", "dynamodb:DeleteItem", "Table", "pending#1")


def front() -> dict[str, Any]:
    (distribution,) = sam.resources("AWS::CloudFront::Distribution").values()
    config: dict[str, Any] = distribution["DistributionConfig"]
    return config


def test_a_domain_of_ones_own_speaks_tls_1_2_at_least():
    condition, certificate, _ = front()["ViewerCertificate"]["Fn::If"]
    assert condition == "HasDomain"
    assert certificate["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert front()["Aliases"]["Fn::If"][1] == [{"Ref": "DomainName"}]


def test_every_answer_of_the_edge_has_security_headers():
    for behaviour in (front()["DefaultCacheBehavior"], *front()["CacheBehaviors"]):
        assert behaviour["ResponseHeadersPolicyId"] == {"Ref": "SecurityHeaders"}


def test_a_key_of_the_operators_encrypts_whatever_is_stored():
    def uses_the_key(properties: dict[str, Any]) -> bool:
        return '{"Ref": "KmsKeyArn"}' in json.dumps(properties)

    kinds = (
        *("AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::SQS::Queue"),
        *("AWS::Logs::LogGroup", "AWS::Serverless::Function"),
    )
    stored = {name: p for kind in kinds for name, p in sam.resources(kind).items()}
    assert not [name for name, properties in stored.items() if not uses_the_key(properties)]
    for role in sam.resources("AWS::IAM::Role"):
        (key,) = [s for s in allowed(role) if s["Resource"] == {"Ref": "KmsKeyArn"}]
        assert set(key["Action"]) == {"kms:Decrypt", "kms:GenerateDataKey"}


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("OriginSecret", "a" * 32, True),
        ("OriginSecret", "{{resolve:secretsmanager:expunge:SecretString:OriginSecret}}", True),
        ("OriginSecret", "a b" * 20, False),
        ("OriginSecret", "{{resolve:ssm-secure:expunge-origin-secret-of-the-stack}}", False),
        ("CertificateArn", "", True),
        ("CertificateArn", "arn:aws:acm:us-east-1:123456789012:certificate/x", True),
        ("CertificateArn", "arn:aws:acm:eu-west-1:123456789012:certificate/x", False),
        ("WebAclArn", "arn:aws:wafv2:us-east-1:123456789012:global/webacl/x/y", True),
        ("WebAclArn", "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/x/y", False),
    ],
)
def test_a_parameter_that_cannot_work_is_refused_before_anything_is_made(name, value, accepted):
    parameter = PARAMETERS[name]
    long_enough = len(value) >= parameter.get("MinLength", 0)
    matches = re.fullmatch(parameter["AllowedPattern"], value) is not None
    assert (long_enough and matches) == accepted


def test_the_table_can_refuse_to_be_deleted_and_the_budget_can_be_off():
    (table,) = sam.resources("AWS::DynamoDB::Table").values()
    assert table["DeletionProtectionEnabled"] == {"Ref": "DeletionProtection"}
    assert sam.template()["Resources"]["Budget"]["Condition"] == "HasBudget"
    assert PARAMETERS["MonthlyBudget"]["Default"] == 0
