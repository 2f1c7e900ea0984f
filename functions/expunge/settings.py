"""One validated settings model, read from ``EXPUNGE_*`` environment variables.

A wrong, missing or misspelt setting stops the start with its name; nothing
reads the environment anywhere else.
"""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

PREFIX = "EXPUNGE_"
RENAMED = {"job_seconds": "job_timeout_seconds"}
"""Settings by a name they had in an earlier version, and the name they have now. An old name
still works; `renamed` has the sentence that tells the operator of the new one."""
_TOGETHER = {
    "openid_client_id": ("openid_client_secret",),
    "stripe_key": ("stripe_webhook_secret", "stripe_price"),
}
"""Settings that are of no use without others."""
NOT_IN_TEMPLATE = {
    "max_file_mb": "the platform sets the limit of a stack",
    "data": "the stores of a stack are DynamoDB and S3",
    "log_level": "the template sets POWERTOOLS_LOG_LEVEL",
    "quotas": "only a private installation lifts its limits; `limits` raises single ones",
    "admin_username": "the default will do where the password is a secret",
    "admin_session_seconds": "the default will do",
    "trusted_proxies": "CloudFront says who the viewer is, in headers that nobody else can send",
    "openid_issuer": "the default is the provider that the template has parameters for",
    "stripe_api_url": "for tests",
    "job_timeout_seconds": "a function's Timeout ends it",
    "job_memory_mb": "a function's MemorySize bounds it",
    "job_attempts": "the default suits the redrive policy of the queue",
    "aws_endpoint_url": "for tests",
}
"""Settings that template.yaml does not pass to any function, and why."""


class SettingsInvalid(Exception):
    """One line for each setting that is wrong, by the name of its variable."""


def _words(value: object) -> object:
    """``"metadata, detect"`` as a tuple of words."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Secrets = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=16)], ...], BeforeValidator(_words)
]
"""One or two words of at least 16 characters; while one is exchanged for another, both hold."""


class Settings(BaseModel):
    """Everything an operator can say. Each field is the variable ``EXPUNGE_<NAME>``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: Literal["local", "aws"] = Field(
        "local", description="`local`: SQLite and files on this machine. `aws`: DynamoDB, S3, SQS."
    )
    data: Path = Field(Path("data"), description="Folder of the local store.")
    data_max_mb: int | None = Field(
        None,
        ge=1,
        description="How large the data folder may grow, in megabytes of 1,048,576 bytes. Past "
        "it, uploads and jobs are refused with 507 until something expires. Default: no limit.",
    )
    data_free_mb: int = Field(
        512,
        ge=0,
        description="How much of the data folder's disk is left free, in the same megabytes; past "
        "it, the same 507.",
    )
    models_dir: Path | None = Field(
        None,
        description="Folder of the model files, and of a `models.toml` with models of your own. "
        "Default: `expunge/models` in the user's cache folder.",
    )
    public_url: str | None = Field(
        None,
        pattern=r"^https?://[^\s/]+(/[^\s?#]*)?$",
        description="The service's own address, where it differs from what callers dial.",
    )
    hosts: Words = Field(
        (),
        description="Further host names that the embedded server answers to, separated by commas: "
        "`pictures.example, *.lan.example`; `*` for any. It always answers to IP addresses, "
        "`localhost`, names without a dot, names under `.local` and the host of "
        "`EXPUNGE_PUBLIC_URL`, and refuses others with 421.",
    )
    modes: Words | None = Field(
        None, description="The modes that are on, separated by commas. Default: all of them."
    )
    max_file_mb: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="How large a file may be, in units of 1,048,576 bytes; 10 by default. Refused "
        "with `aws`, whose platform sets the limits.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="How much is logged."
    )

    quotas: Literal["on", "off"] = Field(
        "on",
        description="`off` lifts every limit and price but that of administrator logins: for a "
        "private installation.",
    )
    limits: Words = Field(
        (),
        description="Limits that differ from the table in [limits.md](limits.md), separated by "
        "commas: `anonymous.light.hour=60, pro.heavy.month=none`.",
    )

    admin_username: str = Field(
        "admin", min_length=1, max_length=256, description="The administrator's name."
    )
    admin_password: str | None = Field(
        None,
        repr=False,
        max_length=1024,
        description="The administrator's password, better as the Argon2id hash that `expunge admin "
        "password --hash` prints. Default: the one that the store keeps, which the first start "
        "makes and logs, once.",
    )
    admin_session_seconds: int = Field(
        43_200, ge=60, le=30 * 24 * 3600, description="How long an administrator stays signed in."
    )

    faces_key_required: bool = Field(
        True, description="Whether `/api/v1/detect` and `/api/v1/mask` need an API key."
    )
    faces_storage: bool = Field(
        False,
        description="Whether images sent to these two are kept for a day, with their results, "
        "for the administrator to look at.",
    )

    trusted_proxies: Words = Field(
        (),
        description="Addresses or networks of your own reverse proxies: only their "
        "`X-Forwarded-For` is believed.",
    )

    openid_issuer: str = Field(
        "https://accounts.google.com", description="The identity provider behind «Google»."
    )
    openid_client_id: str | None = Field(
        None, description="This service's name there; sign-in with Google is off without one."
    )
    openid_client_secret: str | None = Field(None, repr=False, description="And its secret.")

    stripe_key: str | None = Field(
        None, repr=False, description="Stripe's secret key; payments are off without one."
    )
    stripe_webhook_secret: str | None = Field(
        None, repr=False, description="What Stripe signs its events with (`whsec_…`)."
    )
    stripe_price: str | None = Field(
        None, description="The recurring price of a pro account (`price_…`)."
    )
    stripe_api_url: str | None = Field(
        None, description="Another address for Stripe: a simulator's, for tests."
    )

    job_lease_seconds: int = Field(
        15,
        ge=1,
        le=900,
        description="How long a worker may hold a job before another takes it over.",
    )
    job_timeout_seconds: int = Field(
        900,
        ge=1,
        le=86_400,
        description="How long a job may run before it is ended as failed; a worker that hangs in "
        "one is replaced.",
    )
    job_memory_mb: int = Field(
        4096,
        ge=256,
        description="How much memory a worker process may use (Linux): a job that needs more fails "
        "alone. Pictures of 100 megapixels take up to 2,500, as AVIF more than 4,000.",
    )
    job_attempts: int = Field(
        3, ge=1, le=10, description="How many workers a job may use up before it fails."
    )

    embed_secrets: Secrets = Field(
        (), max_length=2, description="Secrets that sign `/clean` addresses: the new, the old."
    )
    embed_unsigned: bool = Field(
        True, description="Whether `/clean` answers addresses that nobody has signed."
    )

    front_secrets: Secrets = Field(
        (),
        max_length=2,
        description="Secrets by which a CDN in front is known, the new and the old; with them set, "
        "nothing else is answered.",
    )

    table: str | None = Field(None, description="DynamoDB table (`aws`).")
    bucket: str | None = Field(None, description="S3 bucket (`aws`).")
    queue_url: str | None = Field(None, description="SQS queue address (`aws`).")
    delivery_queue_url: str | None = Field(
        None, description="SQS queue address of webhooks (`aws`)."
    )
    mail_from: str | None = Field(None, description="Sender of mail through SES (`aws`).")

    aws_endpoint_url: str | None = Field(
        None, description="Another address for every AWS service: a simulator's, for tests."
    )

    @model_validator(mode="after")
    def _somebody_can_sign(self) -> Self:
        if not self.embed_unsigned and not self.embed_secrets:
            raise ValueError("EXPUNGE_EMBED_UNSIGNED=false also needs EXPUNGE_EMBED_SECRETS")
        return self

    @model_validator(mode="after")
    def _aws_is_complete(self) -> Self:
        if self.store == "aws":
            needed = ("table", "bucket", "queue_url", "delivery_queue_url")
            missing = [name for name in needed if getattr(self, name) is None]
            if missing:
                names = ", ".join(PREFIX + name.upper() for name in missing)
                raise ValueError(f"EXPUNGE_STORE=aws also needs {names}")
        return self

    @model_validator(mode="after")
    def _aws_has_its_own_limits(self) -> Self:
        if self.store == "aws" and self.max_file_mb is not None:
            raise ValueError(
                f"{PREFIX}MAX_FILE_MB works with EXPUNGE_STORE=local; on AWS a file has at most "
                "10,485,760 bytes: leave it unset"
            )
        return self

    @model_validator(mode="after")
    def _partners_are_complete(self) -> Self:
        for first, others in _TOGETHER.items():
            missing = [name for name in others if getattr(self, name) is None]
            if getattr(self, first) is not None and missing:
                names = ", ".join(PREFIX + name.upper() for name in missing)
                raise ValueError(f"{PREFIX}{first.upper()} also needs {names}")
        return self

    @field_validator("trusted_proxies")
    @classmethod
    def _proxies_are_networks(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        for word in words:
            ip_network(word, strict=False)
        return words

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read every ``EXPUNGE_*`` variable; an empty one counts as not set.

        Raises
        ------
        SettingsInvalid
            Naming each variable that is unknown or holds a wrong value.
        """
        try:
            return cls.model_validate(_under_new_names(_given(environ)))
        except ValidationError as error:
            raise SettingsInvalid("\n".join(map(_sentence, error.errors()))) from None


def renamed(environ: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that is set by an old name; entrances tell them, once."""
    given = _given(environ)
    return [
        f"{PREFIX}{old.upper()} is now called {PREFIX}{new.upper()}; the old name still works"
        for old, new in RENAMED.items()
        if old in given
    ]


def _given(environ: Mapping[str, str]) -> dict[str, str]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environ.items()
        if name.startswith(PREFIX) and value
    }


def _under_new_names(given: Mapping[str, str]) -> dict[str, str]:
    """What was given by an old name counts, unless the new name says something else."""
    for old, new in RENAMED.items():
        if given.get(old, given.get(new)) != given.get(new, given.get(old)):
            raise SettingsInvalid(
                f"{PREFIX}{old.upper()} is the old name of {PREFIX}{new.upper()}, and the two "
                "differ; remove the old one"
            )
    return {RENAMED.get(name, name): value for name, value in given.items()}


def _sentence(error: Mapping[str, object]) -> str:
    loc = error["loc"]
    name = PREFIX + str(loc[0]).upper() if isinstance(loc, tuple) and loc else "settings"
    if error["type"] == "extra_forbidden":
        return f"{name}: there is no such setting"
    return f"{name}: {error['msg']}"
