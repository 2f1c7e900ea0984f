"""Proxies in front, pages of other origins, and requests to other servers."""

from __future__ import annotations

import re
from ipaddress import ip_network

from pydantic import Field, field_validator, model_validator

from expunge.settings.topic import Topic
from expunge.settings.values import Words

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@*]+", re.IGNORECASE)
"""A serialised origin (RFC 6454 §6.2), as browsers send it."""


class NetworkSettings(Topic):
    trusted_proxies: Words = Field(
        (),
        description="IP addresses or networks of your reverse proxies, separated by commas. "
        "`X-Forwarded-For`, `-Proto`, `-Host` and `-Prefix` are trusted only from these. Let the "
        "proxy set or remove all four.",
    )
    cors_origins: Words = Field(
        ("*",),
        description="Origins whose pages may call the service from a browser, separated by commas, "
        "for example `https://app.example`; `*` for any, `none` for no page. Cookies are never "
        "shared with other origins. With `EXPUNGE_FETCH_ALLOW`, the default is `none`.",
    )
    fetch_allow: Words = Field(
        (),
        description="Private targets that `image_url`, `/clean` and webhooks may reach, over http "
        "too: host names, IP addresses and networks, separated by commas, for example "
        "`localhost:5678, *.lan:*, 192.168.1.0/24, [fd00::5]:8080`. Without a port, 80 and 443 are "
        "open; with `*` every port. Only callers with a key and the service's own pages reach "
        "them. Metadata services of clouds stay closed. Not allowed with `aws`. See "
        "[own-network.md](../how-to/own-network.md).",
    )
    fetch_allow_while_public: bool = Field(
        False,
        description="Whether `EXPUNGE_FETCH_ALLOW` holds although the internet can reach this "
        "service. Anybody with an API key or an account can then reach these targets.",
    )
    fetch_user_agent: str | None = Field(
        None,
        max_length=512,
        pattern=r"^[\x21-\x7e][\x20-\x7e]*$",
        description="User-Agent of requests to sources and webhook receivers. Default: `expunge`, "
        "the version, and the service's public URL for contact.",
    )
    fetch_referer: str | None = Field(
        None,
        max_length=2048,
        pattern=r"^https?://[\x21-\x7e]+$",
        description="Referer of requests to sources, for those that answer only with one. Default: "
        "none is sent.",
    )

    @model_validator(mode="before")
    @classmethod
    def _own_network_is_not_shared(cls, given: object) -> object:
        """With private targets, pages of other origins need the operator's word to call at all."""
        if isinstance(given, dict) and given.get("fetch_allow"):
            return {"cors_origins": "none"} | given
        return given

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            ip_network(word, strict=False)
        return words

    @field_validator("cors_origins")
    @classmethod
    def _origins_are_origins(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        if words == ("none",):
            return ()
        for word in words:
            if word != "*" and not _ORIGIN.fullmatch(word):
                raise ValueError(
                    f"«{word}» is not an origin; write scheme, host and port without a path, such "
                    "as https://app.example, or only * or none"
                )
        return words
