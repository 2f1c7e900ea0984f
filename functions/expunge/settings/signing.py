"""Keys and secrets of signed manifests, URLs, requests and receipts."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from expunge.settings.topic import Topic
from expunge.settings.values import WEB_URL, Secrets, Words


class SigningSettings(Topic):
    c2pa_cert: str | None = Field(
        None,
        description="Certificate chain that signs new C2PA manifests: a path, or the PEM text with "
        "`\\n` for line ends. The signing certificate comes first. Default: nothing is signed.",
    )
    c2pa_key: str | None = Field(
        None,
        repr=False,
        description="Private key of that certificate, in the same form, not encrypted.",
    )
    c2pa_tsa: str | None = Field(
        None,
        pattern=WEB_URL,
        description="URL of a time-stamping authority (RFC 3161) for new C2PA manifests. They then "
        "stay valid after the certificate has expired. Each signature makes one request to it, "
        "with a digest alone, and waits up to 30 seconds. Default: no time stamp.",
    )
    embed_secrets: Secrets = Field(
        (),
        max_length=2,
        description="Secrets that sign `/clean` URLs: the new one, then the old one.",
    )
    embed_ignore_source_cache: bool = Field(
        False,
        description="Whether caches may keep images of `/clean` for a day although their source "
        "sent `Cache-Control: private` or `no-store`.",
    )
    embed_unsigned: bool = Field(True, description="Whether `/clean` accepts unsigned URLs.")
    front_secrets: Secrets = Field(
        (),
        max_length=2,
        description="Secrets that identify requests from your CDN: the new one, then the old one. "
        "If set, all other requests are refused.",
    )
    receipt_key: str | None = Field(
        None,
        repr=False,
        description="Private key that signs receipts, from `expunge receipt new-key`. Default: a "
        "key that the first receipt creates in the store.",
    )
    receipt_former_keys: Words = Field(
        (),
        max_length=50,
        description="Public keys whose receipts stay valid, separated by commas. `expunge receipt "
        "public-key` shows the public key of a private one. Take a key out if it has leaked.",
    )

    @model_validator(mode="after")
    def _signing_is_possible(self) -> Self:
        if not self.embed_unsigned and not self.embed_secrets:
            raise ValueError("EXPUNGE_EMBED_UNSIGNED=false also needs EXPUNGE_EMBED_SECRETS")
        return self
