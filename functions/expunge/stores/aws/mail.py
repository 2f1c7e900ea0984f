"""Mail through SES."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from expunge.stores.aws.faults import translated
from expunge.stores.limits import check_headers

if TYPE_CHECKING:
    from collections.abc import Callable

    from mypy_boto3_ses import SESClient


class SesMail:
    """The mail port.

    Parameters
    ----------
    connect
        Makes the client, at the first message.
    sender
        An e-mail address that SES has verified.
    """

    def __init__(self, connect: Callable[[], SESClient], *, sender: str) -> None:
        self._connect = connect
        self._sender = sender

    @cached_property
    def _client(self) -> SESClient:
        return self._connect()

    def close(self) -> None:
        """Close the client, if there is one."""
        if "_client" in vars(self):
            self._client.close()

    def send(self, *, to: str, subject: str, text: str) -> None:
        check_headers(to, subject)
        with translated():
            self._client.send_email(
                Source=self._sender,
                Destination={"ToAddresses": [to]},
                Message={
                    "Subject": {"Data": subject, "Charset": "UTF-8"},
                    "Body": {"Text": {"Data": text, "Charset": "UTF-8"}},
                },
            )
