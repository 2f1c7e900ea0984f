"""Mail through SES."""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.stores.aws.faults import translated
from expunge.stores.limits import check_headers

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient


class SesMail:
    """The mail port; ``sender`` is an e-mail address that SES has verified."""

    def __init__(self, client: SESClient, *, sender: str) -> None:
        self._client = client
        self._sender = sender

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
