"""What tests of handlers read and write in the stack's table, as its owner."""

from __future__ import annotations

import time
from typing import Any

import boto3
import pytest

from expunge.accounts import ledger
from expunge.accounts.accounts import Accounts
from expunge.accounts.callers import Tier
from expunge.stores.aws import clients
from expunge.stores.aws.records import DynamoRecords


def make_due(aws, job_id: str) -> None:
    """Move a job's due time for the sweep into the past."""
    (row,) = rows(aws, "pending#", job_id)
    row["_due"] = {"N": "0"}
    aws.client("dynamodb").put_item(TableName=aws.table, Item=row)


def rows(aws, prefix: str, sort: str) -> list[dict[str, Any]]:
    """The table's rows of one kind."""
    found = every_row(aws)
    return [row for row in found if row["pk"]["S"].startswith(prefix) and row["sk"]["S"] == sort]


def every_row(aws) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = aws.client("dynamodb").scan(TableName=aws.table)["Items"]
    return found


def records_of(aws):
    """The table, as its owner has it."""
    session = boto3.Session("testing", "testing", region_name="eu-central-1")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", aws.url)
        return DynamoRecords(clients.dynamodb(session), table=aws.table)


def api_key(aws, credits_=0):
    """An API key of a new account, created as the operator's commands do."""
    records = records_of(aws)
    accounts = Accounts(records, time.time)
    account = accounts.create(Tier.FREE).id
    if credits_:
        amount = credits_ * ledger.MILLI
        records.write(*ledger.grant(account, ledger.Pool.PERMANENT, amount, time.time()))
    _, key = accounts.create_key(account, "tests")
    return key
