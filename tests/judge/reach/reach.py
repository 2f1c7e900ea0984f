"""The functions' handlers, with one web site on loopback in place of the internet.

A shim, since tests have no internet: every public name leads to JUDGE_SITE (host:port), whose
certificate JUDGE_AUTHORITY (a PEM file) signs. Everything else is the package as it was built.
"""

from __future__ import annotations

import os
import ssl
from importlib import import_module
from pathlib import Path
from typing import Any

from expunge.net import late
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard

HOST, _, PORT = os.environ["JUDGE_SITE"].rpartition(":")


def _fetcher(**settings: Any) -> Fetcher:
    trust = ssl.create_default_context(
        cadata=Path(os.environ["JUDGE_AUTHORITY"]).read_text(encoding="ascii")
    )
    guard = Guard(lambda *_: [HOST], also_public=[(HOST, int(PORT))])
    return Fetcher(guard, tls=trust, **settings)


late.LateFetcher = _fetcher  # type: ignore[assignment, misc]
handler = import_module(os.environ["JUDGE_HANDLER"].rpartition(".")[0]).handler
