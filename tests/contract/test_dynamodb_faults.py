"""DynamoDB writes when the network or the service fails.

The emulator never fails, so a fake client in front of it does. It loses responses after the
work is done, and treats a repeated transaction token as DynamoDB does.
"""

from __future__ import annotations

import boto3
import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    ReadTimeoutError,
)

from expunge.errors import StoreMisconfigured, Unavailable
from expunge.stores.aws import clients
from expunge.stores.aws.records import DynamoRecords
from expunge.stores.ports import Add, Key, Put, WriteRefused

COUNTER = Key("counter", "1")
OTHER = Key("counter", "2")
LOST = [ReadTimeoutError(endpoint_url="x"), ConnectionClosedError(endpoint_url="x")]


def answer_of(code: str, status: int, **members) -> ClientError:
    metadata = {"HTTPStatusCode": status}
    error = {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": metadata}
    return ClientError(error | members, "Write")


class Unreliable:
    """A client whose next calls fail, before or after the work is done."""

    def __init__(self, client) -> None:
        self._client = client
        self._tokens = set()
        self.before: list[Exception] = []
        self.after: list[Exception] = []
        self.sent: list[str] = []

    def __getattr__(self, name: str):
        attribute = getattr(self._client, name)
        if name not in {"put_item", "update_item", "get_item", "query", "transact_write_items"}:
            return attribute

        def call(**parameters):
            self.sent.append(parameters.get("ClientRequestToken", name))
            if self.before:
                raise self.before.pop(0)
            if parameters.get("ClientRequestToken") in self._tokens:
                return {}
            answer = attribute(**parameters)
            self._tokens.add(parameters.get("ClientRequestToken", name))
            if self.after:
                raise self.after.pop(0)
            return answer

        return call


@pytest.fixture
def network(cloud) -> Unreliable:
    return Unreliable(cloud.dynamodb)


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def records(network, table, clock, pauses) -> DynamoRecords:
    return DynamoRecords(network, table=table, clock=clock, sleep=pauses.append)


@pytest.mark.parametrize("lost", [*LOST, answer_of("InternalServerError", 500)])
def test_a_single_change_whose_answer_is_lost_is_done_once_and_not_sent_again(
    records, network, lost
):
    network.after = [lost]
    with pytest.raises(Unavailable):
        records.write(Add(COUNTER, "n", 1))
    assert network.sent == ["update_item"]
    assert records.get(COUNTER) == {"n": 1}


@pytest.mark.parametrize("lost", [*LOST, answer_of("InternalServerError", 500)])
def test_a_transaction_whose_answer_is_lost_is_repeated_and_done_once(records, network, lost):
    network.after = [lost]
    records.write(Add(COUNTER, "n", 1), Put(OTHER, {"new": True}, if_absent=True))
    assert len(network.sent) == 2
    assert network.sent[0] == network.sent[1]
    assert records.get(COUNTER) == {"n": 1}
    assert records.get(OTHER) == {"new": True}


@pytest.mark.parametrize(
    "passing",
    [
        answer_of("ThrottlingException", 400),
        answer_of("ProvisionedThroughputExceededException", 400),
        answer_of("TransactionConflictException", 400),
        EndpointConnectionError(endpoint_url="x"),
    ],
)
def test_a_single_change_that_was_not_done_is_sent_again(records, network, passing, pauses):
    network.before = [passing] * 3
    records.write(Add(COUNTER, "n", 1))
    assert records.get(COUNTER) == {"n": 1}
    assert len(pauses) == 3


def test_a_conflicting_transaction_is_sent_again_as_another(records, network):
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    network.before = [
        network.exceptions.TransactionCanceledException(
            answer_of("TransactionCanceledException", 400, CancellationReasons=reasons).response,
            "TransactWriteItems",
        )
    ]
    records.write(Add(COUNTER, "n", 1), Add(OTHER, "n", 1))
    assert len(set(network.sent)) == 2
    assert records.get(OTHER) == {"n": 1}


def test_a_refusal_is_told_even_beside_a_conflict(records, network):
    reasons = [{"Code": "TransactionConflict"}, {"Code": "ConditionalCheckFailed"}]
    network.before = [
        network.exceptions.TransactionCanceledException(
            answer_of("TransactionCanceledException", 400, CancellationReasons=reasons).response,
            "TransactWriteItems",
        )
    ]
    with pytest.raises(WriteRefused) as refused:
        records.write(Add(COUNTER, "n", 1), Put(OTHER, {}, if_absent=True))
    assert (refused.value.index, refused.value.item) == (1, None)


def test_reads_are_repeated(records, network):
    records.write(Add(COUNTER, "n", 1))
    network.after = [*LOST]
    assert records.get(COUNTER) == {"n": 1}
    network.before = [answer_of("InternalServerError", 500)]
    assert records.query("counter").entries == (("1", {"n": 1}),)


def test_a_store_that_stays_contended_is_unavailable(records, network, pauses):
    network.before = [answer_of("ThrottlingException", 400)] * 100
    with pytest.raises(Unavailable):
        records.write(Add(COUNTER, "n", 1))
    assert len(network.sent) == 8
    assert sum(pauses) < 5


def test_a_store_that_cannot_be_reached_is_unavailable(table, pauses, monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:9")
    session = boto3.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name="eu-central-1"
    )
    client = clients.dynamodb(session)
    with pytest.raises(Unavailable):
        DynamoRecords(client, table=table, sleep=pauses.append).get(COUNTER)
    client.close()


def test_a_missing_table_is_told_as_the_operators_to_correct(cloud):
    with pytest.raises(StoreMisconfigured):
        DynamoRecords(cloud.dynamodb, table="no-such-table").get(COUNTER)


def test_a_client_that_retries_by_itself_is_refused(cloud):
    session = boto3.Session(
        aws_access_key_id="testing", aws_secret_access_key="testing", region_name="eu-central-1"
    )
    client = session.client("dynamodb")
    with pytest.raises(ValueError, match="must not retry"):
        DynamoRecords(client, table="any")
    client.close()
