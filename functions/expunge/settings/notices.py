"""The operator's own terms, privacy notice and contact."""

from __future__ import annotations

from pydantic import Field

from expunge.settings.topic import Topic
from expunge.settings.values import WEB_URL


class NoticeSettings(Topic):
    terms_url: str | None = Field(
        None,
        pattern=WEB_URL,
        description="URL of your own terms, to which `/terms` leads. Default: a page that says "
        "what this service does.",
    )
    privacy_url: str | None = Field(
        None,
        pattern=WEB_URL,
        description="URL of your own privacy notice, to which `/privacy` leads. Default: a page "
        "that says what this service stores, and for how long.",
    )
    security_contact: str | None = Field(
        None,
        pattern=r"^(mailto:[^\s@]+@[^\s@]+|tel:\+[0-9-]+|https://\S+)$",
        description="Where to report vulnerabilities of your installation: a `mailto:`, `https:` "
        "or `tel:` URL. Without it there is no `/.well-known/security.txt`.",
    )
