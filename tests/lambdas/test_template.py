"""Properties of the template, asserted on the template itself."""

from __future__ import annotations

from typing import Any

import pytest

from expunge.configured import FUNCTION_RESERVE_MB
from expunge.imaging.limits import AWS_MEDIA_SECONDS
from expunge.settings import Settings
from tests.lambdas import sam
from tests.lambdas.roles import allowed, listed, permits, role_of

FUNCTIONS = sam.resources("AWS::Serverless::Function")
ROLES = sam.resources("AWS::IAM::Role")


def only(kind: str) -> dict[str, Any]:
    (properties,) = sam.resources(kind).values()
    return properties


def actions(role: str) -> set[str]:
    return {action for statement in allowed(role) for action in listed(statement["Action"])}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_run_on_arm64_with_a_current_python(name):
    function = FUNCTIONS[name]
    assert function["Architectures"] == ["arm64"]
    major, minor = function["Runtime"].removeprefix("python").split(".")
    assert (int(major), int(minor)) >= (3, 13)
    assert function["Tracing"] == "Active"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_have_a_role_and_a_log_of_their_own_with_an_end(name):
    function = FUNCTIONS[name]
    log = function["LoggingConfig"]["LogGroup"]["Ref"]
    role = role_of(name)
    sharing = [n for n, f in FUNCTIONS.items() if f["Role"] == function["Role"]]
    assert sharing == [name]
    retention = sam.resources("AWS::Logs::LogGroup")[log]["RetentionInDays"]
    assert retention == {"Ref": "LogRetentionDays"}
    (writing,) = [s for s in allowed(role) if "logs:PutLogEvents" in listed(s["Action"])]
    assert writing["Resource"] == {"Fn::GetAtt": f"{log}.Arn"}


def test_the_api_function_is_restored_from_a_snapshot_and_answers_before_the_edge_gives_up():
    api = FUNCTIONS["ApiFunction"]
    wanted = {"ApplyOn": {"Fn::If": ["HasSnapStart", "PublishedVersions", "None"]}}
    assert api["SnapStart"] == wanted
    assert api["AutoPublishAlias"]
    assert api["VersionDeletionPolicy"] == "Delete", "each version that stays costs money"
    assert api["Timeout"] < 30


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_allowed_wider_than_need_be(role):
    for statement in allowed(role):
        assert statement["Effect"] == "Allow"
        granted = listed(statement["Action"])
        assert not [action for action in granted if "*" in action]
        if any(not action.startswith("xray:Put") for action in granted):
            assert "*" not in listed(statement["Resource"])


def test_each_role_may_do_what_its_function_does_and_no_more():
    assert "ManagedPolicyArns" not in "".join(map(str, ROLES.values()))
    assert not actions("JobsRole") & {"dynamodb:Scan", "ses:SendEmail"}
    assert permits("JobsRole", "dynamodb:Query", "Table", "batch#x")
    assert not permits("JobsRole", "dynamodb:Query", "Table", "owner#x")
    storing = {action for action in actions("MaintenanceRole") if action.startswith("s3:")}
    assert storing == {"s3:DeleteObject"}
    receiving = [s for s in allowed("ApiRole") if "sqs:ReceiveMessage" in listed(s["Action"])]
    assert [s["Resource"] for s in receiving] == [{"Fn::GetAtt": "DeadLetterQueue.Arn"}]


@pytest.mark.parametrize(
    "queue", ["JobQueue", "LargeQueue", "MediaQueue", "DeliveryQueue", "DeadLetterQueue"]
)
def test_the_api_may_do_what_the_console_asks_of_the_queues(queue):
    assert permits("ApiRole", "sqs:GetQueueAttributes", queue)
    dead = queue == "DeadLetterQueue"
    for action in ("GetQueueUrl", "ReceiveMessage", "DeleteMessage"):
        assert permits("ApiRole", f"sqs:{action}", queue) == dead
    assert permits("ApiRole", "sqs:SendMessage", queue) != dead


@pytest.mark.parametrize("role", ROLES)
def test_a_role_that_reads_objects_is_told_when_one_is_not_there(role):
    """Without s3:ListBucket, S3 answers 403 instead of 404 for a missing object."""
    assert ("s3:GetObject" in actions(role)) <= ("s3:ListBucket" in actions(role))


def test_mail_may_be_sent_only_where_it_is_configured():
    conditional = dict(p["Fn::If"][:2] for p in ROLES["ApiRole"]["Policies"] if "Fn::If" in p)
    (mail,) = conditional["HasMail"]["PolicyDocument"]["Statement"]
    assert mail["Action"] == "ses:SendEmail"
    assert not [role for role in ROLES.keys() - {"ApiRole"} if "ses:SendEmail" in actions(role)]


@pytest.mark.parametrize(
    ("function", "queue", "concurrency"),
    [
        ("JobsFunction", "JobQueue", "JobsConcurrency"),
        ("LargeFunction", "LargeQueue", "LargeJobsConcurrency"),
        ("MediaFunction", "MediaQueue", "MediaConcurrency"),
    ],
)
def test_a_message_stays_hidden_for_six_time_outs_and_is_given_up_after_five_tries(
    function, queue, concurrency
):
    properties, jobs = sam.resources("AWS::SQS::Queue")[queue], FUNCTIONS[function]
    source = jobs["Events"]["Jobs"]["Properties"]
    assert source["Queue"] == {"Fn::GetAtt": f"{queue}.Arn"}
    assert properties["VisibilityTimeout"] >= 6 * jobs["Timeout"]
    assert properties["RedrivePolicy"]["maxReceiveCount"] == 5
    assert source["BatchSize"] == 1, "no job shares its time and memory"
    assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert source["ScalingConfig"]["MaximumConcurrency"] == {"Ref": concurrency}
    reserved = {"Fn::If": ["ReservesJobs", {"Ref": concurrency}, {"Ref": "AWS::NoValue"}]}
    assert jobs["ReservedConcurrentExecutions"] == reserved
    dead = {"Fn::GetAtt": "DeadLetterQueue.Arn"}
    assert properties["RedrivePolicy"]["deadLetterTargetArn"] == dead
    for name, worker in (("BatchQueue", "BatchesFunction"), ("IntakeQueue", "IntakeFunction")):
        other = sam.resources("AWS::SQS::Queue")[name]
        assert other["VisibilityTimeout"] >= 6 * FUNCTIONS[worker]["Timeout"]
        assert other["RedrivePolicy"]["maxReceiveCount"] >= 3
    assert all(q["SqsManagedSseEnabled"] for q in sam.resources("AWS::SQS::Queue").values())


def test_no_function_outlives_its_lease_on_a_job():
    for function in FUNCTIONS.values():
        lease = function["Environment"]["Variables"]["EXPUNGE_JOB_LEASE_SECONDS"]
        assert function["Timeout"] <= lease


def test_whoever_sweeps_knows_the_longest_lease():
    """A lease with more than twice its own time left would count as none."""
    leases = {
        name: function["Environment"]["Variables"]["EXPUNGE_JOB_LEASE_SECONDS"]
        for name, function in FUNCTIONS.items()
    }
    assert leases["MaintenanceFunction"] == max(leases.values())


@pytest.mark.parametrize("name", ["ApiFunction", "JobsFunction", "LargeFunction", "MediaFunction"])
def test_a_job_fails_with_a_reason_before_its_function_is_ended(name):
    longest = FUNCTIONS[name]["Environment"]["Variables"]["EXPUNGE_JOB_TIMEOUT_SECONDS"]
    assert longest < FUNCTIONS[name]["Timeout"] <= (900 if name == "MediaFunction" else 300)
    assert name != "MediaFunction" or longest == AWS_MEDIA_SECONDS


def test_what_is_admitted_fits_the_function_that_runs_it():
    ordinary = Settings.model_fields["job_memory_mb"].default + FUNCTION_RESERVE_MB
    for name in ("ApiFunction", "JobsFunction"):
        assert ordinary <= FUNCTIONS[name]["MemorySize"]
    large = FUNCTIONS["LargeFunction"]
    assert large["MemorySize"] == {"Ref": "LargeJobsMemory"}
    assert FUNCTIONS["MediaFunction"]["MemorySize"] == large["MemorySize"]
    assert sam.template()["Parameters"]["LargeJobsMemory"]["MinValue"] == 3008
    for function in FUNCTIONS.values():
        given = function["Environment"]["Variables"]["EXPUNGE_LARGE_FUNCTION_MB"]
        assert given == large["MemorySize"], "whoever admits or sweeps knows it"


def test_large_jobs_may_do_what_other_jobs_may_and_no_more():
    assert actions("LargeRole") == actions("JobsRole")
    assert not permits("LargeRole", "sqs:ReceiveMessage", "JobQueue")
    assert not permits("JobsRole", "sqs:ReceiveMessage", "LargeQueue")
    for role in ("ApiRole", "MaintenanceRole"):
        assert permits(role, "sqs:SendMessage", "LargeQueue")


LATE = ("VideoLayer", "SwapWeightsLayer")


def test_media_may_do_what_other_jobs_may_and_fetch_its_layers():
    assert actions("MediaRole") == actions("JobsRole") | {"lambda:GetLayerVersion"}
    (fetch,) = [s for s in allowed("MediaRole") if s["Action"] == "lambda:GetLayerVersion"]
    assert fetch["Resource"] == [{"Ref": name} for name in LATE]
    assert not permits("MediaRole", "sqs:ReceiveMessage", "JobQueue")
    assert not permits("JobsRole", "sqs:ReceiveMessage", "MediaQueue")
    for role in ("ApiRole", "MaintenanceRole"):
        assert permits(role, "sqs:SendMessage", "MediaQueue")


def test_media_keeps_the_files_of_parts_and_whoever_ends_a_job_deletes_them():
    keeping = {"s3:GetObject", "s3:PutObject", "s3:DeleteObject"}
    assert all(permits("MediaRole", action, "Bucket/parts/x") for action in keeping)
    assert permits("MediaRole", "sqs:SendMessage", "MediaQueue"), "a stage sends the next one"
    for role in ("ApiRole", "BatchesRole", "MaintenanceRole"):
        assert permits(role, "s3:DeleteObject", "Bucket/parts/x")
    for role in sam.resources("AWS::IAM::Role").keys() - {"MediaRole"}:
        assert not permits(role, "s3:PutObject", "Bucket/parts/x")


def test_a_part_ends_in_the_time_of_its_function():
    longest = Settings.model_fields["job_part_seconds"]
    [most] = [bound.le for bound in longest.metadata if hasattr(bound, "le")]
    assert longest.default * 4 <= AWS_MEDIA_SECONDS, "estimates are of another machine"
    assert most * 2 <= AWS_MEDIA_SECONDS


def test_late_layers_are_attached_to_no_function_and_fetched_by_one():
    attached = [layer["Ref"] for f in FUNCTIONS.values() for layer in f.get("Layers", [])]
    assert not set(LATE) & set(attached)
    variables = {name: f["Environment"]["Variables"] for name, f in FUNCTIONS.items()}
    fetching = {name for name, given in variables.items() if "LATE_LAYERS" in given}
    assert fetching == {"MediaFunction"}
    named = variables["MediaFunction"]["LATE_LAYERS"]["Fn::Sub"]
    assert named == " ".join(f"${{{name}}}" for name in LATE)
    assert variables["MediaFunction"]["EXPUNGE_MODELS_DIR"] == "/tmp/late/models"


def test_concurrency_is_reserved_only_where_the_operator_asks():
    parameters = sam.template()["Parameters"]
    assert parameters["ReserveJobsConcurrency"]["Default"] == "false"
    assert parameters["ApiReservedConcurrency"]["Default"] == 0
    asked = {"Fn::If": ["ReservesApi", {"Ref": "ApiReservedConcurrency"}, {"Ref": "AWS::NoValue"}]}
    assert FUNCTIONS["ApiFunction"]["ReservedConcurrentExecutions"] == asked


def test_the_stage_has_a_limit_and_each_ip_address_may_have_one():
    stage = only("AWS::Serverless::HttpApi")["DefaultRouteSettings"]
    assert stage["ThrottlingRateLimit"] == {"Ref": "RequestsPerSecond"}
    assert stage["ThrottlingBurstLimit"] == {"Ref": "RequestsBurst"}
    (rule,) = only("AWS::WAFv2::WebACL")["Rules"]
    assert rule["Action"] == {"Block": {}}
    rate = rule["Statement"]["RateBasedStatement"]
    assert (rate["AggregateKeyType"], rate["Limit"]) == ("IP", {"Ref": "RequestsPerIp"})
    assert sam.template()["Resources"]["IpLimit"]["Condition"] == "LimitsIps"
    assert sam.template()["Parameters"]["RequestsPerIp"]["Default"] == 0
    assert {"Fn::GetAtt": "IpLimit.Arn"} in front()["WebACLId"]["Fn::If"][2]["Fn::If"]


def test_a_message_that_is_given_up_raises_an_alarm():
    alarm = sam.resources("AWS::CloudWatch::Alarm")["DeadLetterAlarm"]
    assert alarm["Dimensions"][0]["Value"] == {"Fn::GetAtt": "DeadLetterQueue.QueueName"}


def test_a_job_that_fails_by_the_services_own_fault_raises_an_alarm():
    alarm = sam.resources("AWS::CloudWatch::Alarm")["JobFailureAlarm"]
    variables = FUNCTIONS["JobsFunction"]["Environment"]["Variables"]
    assert alarm["Namespace"] == variables["POWERTOOLS_METRICS_NAMESPACE"]
    dimensions = {each["Name"]: each["Value"] for each in alarm["Dimensions"]}
    assert dimensions == {
        "code": "pipeline_error",
        "service": variables["POWERTOOLS_SERVICE_NAME"],
    }


def test_the_table_expires_items_and_outlives_a_production_stack():
    table = only("AWS::DynamoDB::Table")
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}
    assert [key["AttributeName"] for key in table["KeySchema"]] == ["pk", "sk"]
    retained = {"Fn::If": ["IsProd", "Retain", "Delete"]}
    assert sam.template()["Resources"]["Table"]["DeletionPolicy"] == retained
    assert table["PointInTimeRecoverySpecification"] == {
        "PointInTimeRecoveryEnabled": {"Fn::If": ["IsProd", True, False]}
    }


def test_the_bucket_is_private_and_forgets():
    bucket = only("AWS::S3::Bucket")
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert bucket["BucketEncryption"]
    days = {
        rule["Prefix"]: rule["ExpirationInDays"]
        for rule in bucket["LifecycleConfiguration"]["Rules"]
        if "Prefix" in rule
    }
    known = {"in/": 1, "out/": 1, "parts/": 1}
    assert days == known, "to the next midnight: never less than 24 hours"
    (statement,) = only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]
    assert statement["Effect"] == "Deny"
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_browser_may_send_what_a_presigned_put_must_carry():
    (rule,) = only("AWS::S3::Bucket")["CorsConfiguration"]["CorsRules"]
    assert set(rule["AllowedMethods"]) == {"PUT", "GET", "HEAD"}
    assert rule["AllowedHeaders"] == ["*"]
    assert {"ETag", "Content-Disposition"} <= set(rule["ExposedHeaders"])
    assert rule["AllowedOrigins"] == {"Ref": "AllowedOrigins"}


@pytest.mark.parametrize("name", sam.template()["Parameters"])
def test_a_parameter_says_what_it_is_for(name):
    assert sam.template()["Parameters"][name]["Description"]


def front() -> dict[str, Any]:
    return only("AWS::CloudFront::Distribution")["DistributionConfig"]


CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
ALL_VIEWER_EXCEPT_HOST = "b689b0a8-53d0-40ab-baf2-68738e2966ac"


def test_the_front_keeps_cleaned_pictures_files_for_browsers_and_nothing_else():
    assert front()["DefaultCacheBehavior"]["CachePolicyId"] == CACHING_DISABLED
    kept = {each["PathPattern"]: each["CachePolicyId"] for each in front()["CacheBehaviors"]}
    assert kept == {
        "/api/v1/clean": {"Ref": "CleanCache"},
        "/tab/*": {"Ref": "TabCache"},
        "/assets/*": {"Ref": "TabCache"},
    }
    for behaviour in front()["CacheBehaviors"]:
        methods = set(behaviour["AllowedMethods"])
        assert {"GET", "HEAD", "OPTIONS"} <= methods, "OPTIONS: a page of another origin asks"
        assert ("POST" in methods) == (behaviour["PathPattern"] == "/api/v1/clean")


def test_files_for_browsers_are_kept_as_long_as_they_say_and_compressed():
    policy = sam.resources("AWS::CloudFront::CachePolicy")["TabCache"]["CachePolicyConfig"]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["EnableAcceptEncodingBrotli"] is True
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "none"}
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 31_536_000)


def test_the_function_for_browsers_files_gets_nothing_else_and_may_do_nothing():
    function = FUNCTIONS["TabFunction"]
    (event,) = function["Events"].values()
    assert event["Properties"]["Path"].startswith("/tab/{")
    assert actions("TabRole") == {
        *("logs:CreateLogStream", "logs:PutLogEvents"),
        *("xray:PutTraceSegments", "xray:PutTelemetryRecords"),
        *("kms:Decrypt", "kms:GenerateDataKey"),  # where the operator has a key
    }
    variables = function["Environment"]["Variables"]
    assert variables["EXPUNGE_FRONT_SECRETS"] == {
        "Fn::Sub": "${OriginSecret} ${FormerOriginSecret}"
    }


def test_cleaned_pictures_are_kept_by_the_whole_query_and_a_normalised_accept():
    policy = sam.resources("AWS::CloudFront::CachePolicy")["CleanCache"]["CachePolicyConfig"]
    key = policy["ParametersInCacheKeyAndForwardedToOrigin"]
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert key["HeadersConfig"] == {"HeaderBehavior": "whitelist", "Headers": ["Accept", "Origin"]}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}
    assert (policy["MinTTL"], policy["DefaultTTL"], policy["MaxTTL"]) == (0, 0, 86_400)


def test_errors_are_not_kept():
    rules = front()["CustomErrorResponses"]
    assert {rule["ErrorCachingMinTTL"] for rule in rules} == {0}
    assert {rule["ErrorCode"] for rule in rules} >= {400, 403, 404, 500, 502, 503, 504}


def test_the_api_answers_only_what_came_through_the_front():
    (origin,) = front()["Origins"]
    (header,) = origin["OriginCustomHeaders"]
    assert header == {"HeaderName": "x-origin-secret", "HeaderValue": {"Ref": "OriginSecret"}}
    variables = FUNCTIONS["ApiFunction"]["Environment"]["Variables"]
    assert variables["EXPUNGE_FRONT_SECRETS"] == {
        "Fn::Sub": "${OriginSecret} ${FormerOriginSecret}"
    }
    secret = sam.template()["Parameters"]["OriginSecret"]
    assert "Default" not in secret
    assert (secret["NoEcho"], secret["MinLength"]) == (True, 32)


@pytest.mark.parametrize("name", sam.template()["Parameters"])
def test_a_secret_is_shown_nowhere(name):
    secret = "Secret" in name or name in ("StripeKey", "AdminPassword", "ReceiptKey", "C2paKey")
    assert secret == sam.template()["Parameters"][name].get("NoEcho", False)


def test_every_request_passes_the_function_that_says_who_the_viewer_is():
    for behaviour in (front()["DefaultCacheBehavior"], *front()["CacheBehaviors"]):
        (function,) = behaviour["FunctionAssociations"]
        assert function["EventType"] == "viewer-request"
        assert behaviour["OriginRequestPolicyId"] == ALL_VIEWER_EXCEPT_HOST
        assert behaviour["ViewerProtocolPolicy"] == "redirect-to-https"


def test_a_receiver_that_hangs_holds_up_no_job_and_no_other_receiver():
    source = FUNCTIONS["HooksFunction"]["Events"]["Deliveries"]["Properties"]
    assert source["Queue"] == {"Fn::GetAtt": "DeliveryQueue.Arn"}
    assert source["BatchSize"] == 1
    queue = sam.resources("AWS::SQS::Queue")["DeliveryQueue"]
    assert queue["VisibilityTimeout"] >= 6 * FUNCTIONS["HooksFunction"]["Timeout"]
    assert not [a for a in actions("HooksRole") if a in ("s3:PutObject", "s3:DeleteObject")]
