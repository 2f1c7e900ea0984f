"""Under which URL and host names the service answers."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, field_validator

from expunge.settings.topic import Topic
from expunge.settings.values import Words

OWN_PATHS = frozenset(
    {
        ".well-known",
        "account",
        "api",
        "assets",
        "console",
        "docs",
        "en",
        "health",
        "legal",
        "mcp",
        "metrics",
        "objects",
        "privacy",
        "problems",
        "share",
        "sign-in",
        "static",
        "swagger",
        "tab",
        "terms",
    }
)
"""How the paths of the service itself begin."""


class AddressSettings(Topic):
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/]+(/[^\s?#]*)?$",
        description="The service's public URL, for example `https://h.example/expunge`. Default: "
        "the URL of each request.",
    )
    hosts: Words = Field(
        (),
        description="More host names that the embedded server accepts, separated by commas, for "
        "example `pictures.example, *.lan.example`; `*` accepts any. It always accepts IP "
        "addresses, `localhost`, names without a dot, names under `.local` and the host of "
        "`EXPUNGE_PUBLIC_URL`. It refuses all others with 421.",
    )

    @field_validator("public_url")
    @classmethod
    def _path_is_not_an_own_one(cls, url: str | None) -> str | None:
        first = urlsplit(url or "").path.strip("/").partition("/")[0]
        if first in OWN_PATHS:
            raise ValueError(
                f"its path must not begin with /{first}, which is a path of the service itself; a "
                "proxy could not say which of the two it means"
            )
        return url
