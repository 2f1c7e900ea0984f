"""Problem documents (RFC 9457) as exceptions."""

from __future__ import annotations

from typing import Any

import httpx


class Problem(Exception):
    """What the service answered instead of a result; `code` is stable, `type` is its page.

    An answer that is no problem document, as of a proxy, has the code ``unexpected_answer``.
    """

    def __init__(self, document: dict[str, Any], headers: httpx.Headers) -> None:
        self.document = document
        self.headers = headers
        self.type: str = document.get("type", "about:blank")
        self.title: str = document.get("title", "")
        self.status: int = document["status"]
        self.detail: str = document.get("detail", "")
        self.code: str = str(document.get("code", "unexpected_answer"))
        self.retryable: bool = bool(document.get("retryable", False))
        self.errors: list[dict[str, str]] = document.get("errors") or []
        super().__init__(f"{self.status} {self.code}: {self.detail}")

    @property
    def retry_after(self) -> float | None:
        """Seconds after which a retry may help, if the service said so."""
        seconds = self.headers.get("retry-after", "")
        return float(seconds) if seconds.isdigit() else None


def problem_of(response: httpx.Response) -> Problem:
    """The problem that an answer holds."""
    found: Any = None
    if "json" in response.headers.get("content-type", ""):
        try:
            found = response.json()
        except ValueError:
            found = None
    if not isinstance(found, dict) or "title" not in found:
        found = {"detail": f"The answer is no problem document: {response.content[:200]!r}"}
    return Problem({**found, "status": response.status_code}, response.headers)


__all__ = ["Problem", "problem_of"]
