"""Limits of callers, and the administrator's login."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from expunge.settings.topic import Topic
from expunge.settings.values import Words


class CallerSettings(Topic):
    quotas: Literal["on", "off"] = Field(
        "on",
        description="`off` removes every limit and price except the limit of administrator logins. "
        "Use it only for a private installation.",
    )
    limits: Words = Field(
        (),
        description="Limits that replace those in [limits.md](limits.md), separated by "
        "commas, for example `anonymous.light.hour=60, pro.heavy.month=none`.",
    )
    admin_username: str = Field(
        "admin", min_length=1, max_length=256, description="The administrator's user name."
    )
    admin_password: str | None = Field(
        None,
        repr=False,
        max_length=1024,
        description="The administrator's password, or better its Argon2id hash from `expunge admin "
        "password --hash`. Default: a password that the first start generates, stores and logs "
        "once.",
    )
    admin_session_seconds: int = Field(
        43_200,
        ge=60,
        le=30 * 24 * 3600,
        description="Seconds that an administrator's session lasts.",
    )
