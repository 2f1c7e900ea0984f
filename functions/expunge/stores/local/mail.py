"""Stores e-mail on this machine instead of sending it."""

from __future__ import annotations

import logging
import secrets
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING

from expunge.stores.limits import check_headers
from expunge.stores.local.files import write_whole
from expunge.stores.local.folders import private_folder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_log = logging.getLogger(__name__)


class FolderMail:
    """The mail port: each message becomes a file that mail programs can open.

    The operator has to pass it on. On a terminal, the message is printed too. It is never logged,
    nor printed if standard error may be a log file: mailboxes and sign-in links do not belong in
    logs.

    Parameters
    ----------
    outbox
        The folder; created if absent.
    clock
        Unix seconds.
    """

    def __init__(self, outbox: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._outbox = outbox
        self._clock = clock
        private_folder(outbox)

    def send(self, *, to: str, subject: str, text: str) -> None:
        check_headers(to, subject)
        now = datetime.fromtimestamp(self._clock(), UTC)
        message = EmailMessage()
        message["Date"] = format_datetime(now)
        message["To"] = to
        message["Subject"] = subject
        message.set_content(text)
        name = f"{now:%Y%m%dT%H%M%S%fZ}-{secrets.token_hex(4)}.eml"
        write_whole(self._outbox / name, message.as_bytes(), modified_at=self._clock())
        _log.warning("no mail server: a message was stored as %s", self._outbox / name)
        if sys.stderr.isatty():
            sys.stderr.write(f"\nTo: {to}\nSubject: {subject}\n\n{text}\n")

    def sweep(self, max_age: float) -> int:
        """Delete messages older than ``max_age`` seconds; return how many."""
        gone = 0
        for path in self._outbox.glob("*.eml"):
            with suppress(FileNotFoundError):
                if self._clock() - path.stat().st_mtime > max_age:
                    path.unlink()
                    gone += 1
        return gone
