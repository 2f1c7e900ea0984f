"""Records in one DynamoDB table.

Exactly-once writes
-------------------
If the response to a write is lost, DynamoDB may have executed it. A plain retry would count
an ``Add`` twice, and a ``Put(if_absent)`` would be refused because of itself. So:

- Several changes are one transaction with a ``ClientRequestToken``. DynamoDB executes
  a repeated token only once (for ten minutes).
- A single change has no token. It is retried if DynamoDB reports that it was not executed,
  or if it was never sent. If its response was lost, the caller gets ``Unavailable``, and the
  change was executed once or not at all.

botocore does not distinguish these cases. So the client must not retry by itself
(``clients.dynamodb`` makes such a client); the constructor refuses any other.
"""

from __future__ import annotations

import time
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from expunge.errors import Unavailable
from expunge.stores.aws.expressions import request
from expunge.stores.aws.faults import cancellations, persist
from expunge.stores.aws.rows import is_live, item_of, row_key
from expunge.stores.limits import check_changes, check_key, check_page
from expunge.stores.ports import Add, Key, Page, WriteRefused

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from botocore.exceptions import ClientError
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_dynamodb.type_defs import AttributeValueTypeDef

    from expunge.stores.aws.expressions import Request
    from expunge.stores.ports import Change, Item

    Row = Mapping[str, AttributeValueTypeDef]

_MIN_READ = 50
"""Fewest rows per query, since the expired ones among them are dropped."""
_SWEEPS = 200
"""Most tries of one write: twice the number of changes that it can hold."""


class _Refused(Exception):
    """Change ``index`` was refused because of ``row``."""

    def __init__(self, index: int, row: Row | None) -> None:
        self.index = index
        self.row = row


class DynamoRecords:
    """The records port over a table with string keys ``pk`` and ``sk`` and TTL on ``expires_at``.

    Parameters
    ----------
    client
        A client without botocore's retries.
    table
        The table's name.
    clock
        Returns Unix seconds; decides what has expired.
    sleep
        Waits between tries.
    """

    def __init__(
        self,
        client: DynamoDBClient,
        *,
        table: str,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        retries: Mapping[str, object] = client.meta.config.retries or {}  # type: ignore[attr-defined]
        if retries.get("total_max_attempts") != 1:
            raise ValueError("the DynamoDB client must not retry by itself")
        self._client = client
        self._table = table
        self._clock = clock
        self._sleep = sleep

    def get(self, key: Key) -> Item | None:
        check_key(key)
        answer = persist(
            lambda: self._client.get_item(
                TableName=self._table, Key=row_key(key), ConsistentRead=True
            ),
            repeatable=True,
            sleep=self._sleep,
        )
        return _live_item(answer.get("Item"), self._now())

    def query(
        self,
        partition: str,
        *,
        prefix: str = "",
        limit: int = 25,
        cursor: str | None = None,
        newest_first: bool = False,
    ) -> Page:
        check_page(prefix, limit, cursor)
        parameters = self._query_parameters(partition, prefix, newest_first=newest_first)
        start = None if cursor is None else row_key(Key(partition, cursor))
        rows: list[Row] = []
        while True:
            if start is not None:
                parameters["ExclusiveStartKey"] = start
            # One row more than requested shows whether there is a next page.
            parameters["Limit"] = max(limit + 1 - len(rows), _MIN_READ)
            answer = persist(
                lambda: self._client.query(**parameters), repeatable=True, sleep=self._sleep
            )
            rows += answer["Items"]
            start = answer.get("LastEvaluatedKey")
            if start is None or len(rows) > limit:
                break
        entries = tuple((row["sk"]["S"], item_of(row)) for row in rows[:limit])
        return Page(entries, entries[-1][0] if len(rows) > limit else None)

    def write(self, *changes: Change) -> None:
        check_changes(changes)
        for _ in range(_SWEEPS):
            now = self._now()
            try:
                self._send([request(change, self._table, now) for change in changes])
            except _Refused as refused:
                change, row = changes[refused.index], refused.row
                if not isinstance(change, Add) or row is None or is_live(row, now):
                    raise WriteRefused(refused.index, _live_item(row, now)) from None
                self._sweep(change.key, now)  # so that the next try finds no item
            else:
                return
        raise Unavailable("A record expires again and again during a write. Try again later.")

    def _now(self) -> int:
        return int(self._clock())

    def _query_parameters(
        self, partition: str, prefix: str, *, newest_first: bool
    ) -> dict[str, Any]:
        values = {":pk": {"S": partition}, ":now": {"N": str(self._now())}}
        condition = "pk = :pk"
        if prefix:
            condition += " AND begins_with(sk, :prefix)"
            values[":prefix"] = {"S": prefix}
        return {
            "TableName": self._table,
            "ConsistentRead": True,
            "KeyConditionExpression": condition,
            "FilterExpression": "expires_at > :now",
            "ExpressionAttributeValues": values,
            "ScanIndexForward": not newest_first,
        }

    def _send(self, requests: Sequence[Request]) -> None:
        if len(requests) == 1 and requests[0][0] != "ConditionCheck":
            self._send_one(*requests[0])
        else:
            self._send_together(requests)

    def _send_one(self, action: str, parameters: Mapping[str, Any]) -> None:
        send = getattr(self._client, f"{action.lower()}_item")
        try:
            persist(lambda: send(**parameters), repeatable=False, sleep=self._sleep)
        except self._client.exceptions.ConditionalCheckFailedException as error:
            answer: Mapping[str, Any] = error.response
            raise _Refused(0, answer.get("Item")) from None

    def _send_together(self, requests: Sequence[Request]) -> None:
        members: Any = [{action: parameters} for action, parameters in requests]
        token = str(uuid.uuid4())

        def send() -> None:
            nonlocal token
            try:
                self._client.transact_write_items(TransactItems=members, ClientRequestToken=token)
            except self._client.exceptions.TransactionCanceledException:
                token = str(uuid.uuid4())  # not executed: the next try is a new transaction
                raise

        try:
            persist(send, repeatable=True, sleep=self._sleep)
        except self._client.exceptions.TransactionCanceledException as error:
            raise _first_refusal(error) from None

    def _sweep(self, key: Key, now: int) -> None:
        """Delete the row if it is still the expired one."""
        with suppress(_Refused):  # another process was faster
            self._send_one(
                "Delete",
                {
                    "TableName": self._table,
                    "Key": row_key(key),
                    "ConditionExpression": "expires_at <= :now",
                    "ExpressionAttributeValues": {":now": {"N": str(now)}},
                },
            )


def _first_refusal(error: ClientError) -> Exception:
    codes = cancellations(error)
    if "ConditionalCheckFailed" not in codes:
        return error
    index = codes.index("ConditionalCheckFailed")
    reasons: Any = error.response["CancellationReasons"]
    return _Refused(index, reasons[index].get("Item"))


def _live_item(row: Row | None, now: int) -> Item | None:
    return item_of(row) if row and is_live(row, now) else None
