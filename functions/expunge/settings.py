"""One validated settings model, read from ``EXPUNGE_*`` environment variables.

The service does not start with a wrong, missing or misspelt setting, and names it. No other code
reads these variables.
"""

from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self
from urllib.parse import urlsplit

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
"""Old names of settings, from earlier versions, and their new names. An old name still works;
`renamed` has the message that tells the operator the new one."""
_TOGETHER = {
    "c2pa_cert": ("c2pa_key",),
    "c2pa_key": ("c2pa_cert",),
    "c2pa_tsa": ("c2pa_cert",),
    "openid_client_id": ("openid_client_secret",),
    "stripe_key": ("stripe_webhook_secret",),
    "stripe_price": ("stripe_key",),
    "stripe_packs": ("stripe_key",),
    "large_queue_url": ("large_function_mb",),
    "large_function_mb": ("large_queue_url",),
}
"""Settings that require others."""
_BUCKET = r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"
_WEB_URL = r"^https?://[^\s/]+\S*$"
NOT_IN_TEMPLATE = {
    "marks_dir": "a function's marks lie in the package; add yours there",
    "max_file_mb": "the platform sets the limit of a stack",
    "max_video_mb": "the temporary storage of a function sets the limit of a stack",
    "data": "the stores of a stack are DynamoDB and S3",
    "data_max_mb": "the stores of a stack are DynamoDB and S3",
    "data_free_mb": "the stores of a stack are DynamoDB and S3",
    "hosts": "API Gateway and CloudFront accept only their own host names",
    "fetch_allow": "a stack is public, and the private network of a function is its runtime's",
    "fetch_allow_while_public": "only with EXPUNGE_FETCH_ALLOW",
    "log_level": "the template sets POWERTOOLS_LOG_LEVEL",
    "log_format": "Powertools writes JSON",
    "metrics": "CloudWatch has the metrics of a stack",
    "metrics_token": "CloudWatch has the metrics of a stack",
    "quotas": "only a private installation lifts its limits; `limits` raises single ones",
    "admin_username": "the default suffices if the password is a secret",
    "admin_session_seconds": "the default suffices",
    "trusted_proxies": "CloudFront sends the viewer's IP address in headers that no caller can set",
    "openid_issuer": "the default is the provider that the template has parameters for",
    "stripe_api_url": "for tests",
    "job_memory_mb": "the default suits the functions; large jobs have a function of their own",
    "memory_mb": "a function runs one job at a time, in memory of its own",
    "job_attempts": "the default suits the redrive policy of the queue",
}
"""Settings that template.yaml does not pass to any function, and why."""


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
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://[^\s/?#@*]+", re.IGNORECASE)
"""A serialised origin (RFC 6454 §6.2), as browsers send it."""


class SettingsInvalid(Exception):
    """Settings are wrong; the message has one line for each, with its variable."""


def _words(value: object) -> object:
    """``"metadata, detect"`` as a tuple of words."""
    return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value


Words = Annotated[tuple[str, ...], BeforeValidator(_words)]
Secrets = Annotated[
    tuple[Annotated[str, StringConstraints(min_length=16)], ...], BeforeValidator(_words)
]
"""One or two words of at least 16 characters; during a rotation both are valid."""


def _packs(value: object) -> object:
    """``"price_1=20, price_2=100"`` as a mapping."""
    words = _words(value)
    if not isinstance(value, str) or not isinstance(words, tuple):
        return value
    pairs = [word.partition("=") for word in words]
    if not all(price and amount for price, _, amount in pairs):
        raise ValueError("must have the form price_1=20, price_2=100")
    if len({price for price, _, _ in pairs}) < len(pairs):
        raise ValueError("names a price twice")
    return {price: amount for price, _, amount in pairs}


Packs = Annotated[dict[str, Annotated[int, Field(ge=1, le=1_000_000)]], BeforeValidator(_packs)]
"""Credits by the id of a price."""


class Settings(BaseModel):
    """All settings of the operator. Each field is the variable ``EXPUNGE_<NAME>``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    store: Literal["local", "aws"] = Field(
        "local", description="`local`: SQLite and files on this machine. `aws`: DynamoDB, S3, SQS."
    )
    data: Path = Field(Path("data"), description="Folder of the local store.")
    data_max_mb: int | None = Field(
        None,
        ge=1,
        description="Largest size of the data folder, in MiB (1,048,576 bytes). Over it, uploads "
        "and jobs are refused with 507 until files expire. Default: no limit.",
    )
    data_free_mb: int = Field(
        512,
        ge=0,
        description="Free space to leave on the data folder's disk, in MiB. With less, uploads and "
        "jobs are refused with 507.",
    )
    models_dir: Path | None = Field(
        None,
        description="Folder of the model files, and of a `models.toml` with models of your own. "
        "Default: `expunge/models` in the user's cache folder.",
    )
    marks_dir: Path | None = Field(
        None,
        description="Folder of visible marks of your own, each a `NAME.toml` and a PNG. Default: "
        "`expunge/marks` in the user's data folder.",
    )
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
    modes: Words | None = Field(
        None, description="The enabled modes, separated by commas. Default: all."
    )
    scopes: Words | None = Field(
        None,
        description="The enabled scopes of `metadata`, separated by commas. Default: all. Without "
        "the scope `all`, no mode removes all metadata: the modes `invisible` and `all` are off, "
        "and `mask` needs `strip_metadata=false`.",
    )
    purpose_required: bool = Field(
        False,
        description="Whether a job needs a statement of its purpose, as the field `purpose` or the "
        "header `Expunge-Purpose`. It is stored with the job.",
    )
    max_file_mb: int | None = Field(
        None,
        ge=1,
        le=1024,
        description="Largest size of a file, in MiB (1,048,576 bytes). Default: 10. Not allowed "
        "with `aws`, where the platform sets the limit.",
    )
    max_video_mb: int = Field(
        2048,
        ge=1,
        le=65_536,
        description="Largest size of an uploaded video or audio file, in MiB. Such a file is read "
        "from disk piece by piece. On AWS the limit is 400 or less, because a result takes part of "
        "the function's temporary storage.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level of log messages that are written."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto",
        description="Format of log lines. `json`: one object a line, with the request's id. "
        "`auto`: text on a terminal, JSON elsewhere.",
    )
    metrics: bool = Field(
        False,
        description="Whether `/metrics` answers Prometheus, to loopback and private addresses. Not "
        "allowed with `aws`, where CloudWatch has the metrics. See "
        "[monitoring.md](../how-to/monitoring.md).",
    )
    metrics_token: Annotated[str, StringConstraints(min_length=16)] | None = Field(
        None,
        repr=False,
        description="Bearer token for `/metrics`, at least 16 characters. If set, every scraper "
        "needs it, and may have any address.",
    )

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

    faces_key_required: bool = Field(
        True, description="Whether `/api/v1/detect` and `/api/v1/mask` need an API key."
    )
    faces_storage: bool = Field(
        False,
        description="Whether images sent to these two are kept for a day, with their results, so "
        "that the administrator can view them.",
    )

    task_credits: float = Field(
        0.5,
        ge=0,
        le=1_000,
        multiple_of=0.001,
        description="Credits for a task of `POST /api/generate`. With 0 a task counts as a light "
        "job.",
    )
    task_method: str | None = Field(
        None,
        description="How tasks hide faces: a `method` of [mask](options.md#mask), without `cover`. "
        "Default: that of the mode.",
    )
    task_plan: str | None = Field(
        None,
        description="How thoroughly tasks look for faces: a `plan` of [mask](options.md#mask). "
        "Default: that of the mode.",
    )

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

    openid_issuer: str = Field(
        "https://accounts.google.com",
        description="Issuer URL of the identity provider.",
    )
    openid_client_id: str | None = Field(
        None,
        description="OpenID client id. Without it, sign-in with Google is off.",
    )
    openid_client_secret: str | None = Field(None, repr=False, description="Secret of that client.")

    stripe_key: str | None = Field(
        None, repr=False, description="Stripe's secret key. Without it, payments are off."
    )
    stripe_webhook_secret: str | None = Field(
        None, repr=False, description="Secret with which Stripe signs its events (`whsec_…`)."
    )
    stripe_price: str | None = Field(
        None,
        description="Id of the recurring price of a pro account (`price_…`). Without it, upgrades "
        "are off.",
    )
    stripe_packs: Packs | None = Field(
        None,
        description="Packs of credits for sale: ids of one-time prices with the credits that each "
        "buys, separated by commas, for example `price_1=20, price_2=100`. Without them, top-ups "
        "are off.",
    )
    stripe_api_url: str | None = Field(None, description="URL of a Stripe simulator, for tests.")

    job_lease_seconds: int = Field(
        15,
        ge=1,
        le=900,
        description="Seconds without a heartbeat of a job's worker before another worker takes the "
        "job over.",
    )
    job_timeout_seconds: int = Field(
        900,
        ge=1,
        le=86_400,
        description="Seconds that a job may run before it fails. A worker that hangs in it is "
        "replaced. On AWS, a job that may take longer than this within a request is queued.",
    )
    job_memory_mb: int = Field(
        1024,
        ge=256,
        description="How much memory a job may use. An image that is estimated to need more is "
        "refused before it is decoded, with the size that fits, or on AWS queued as a large job. "
        "The embedded server also has the system hold a job to it (Linux): one that takes 512 MB "
        "more than this fails alone.",
    )
    memory_mb: int | None = Field(
        None,
        ge=256,
        description="How much memory all jobs of one machine may use at once, in every process of "
        "the embedded server. Default: 60 % of what the machine or its control group has.",
    )
    job_attempts: int = Field(
        3, ge=1, le=10, description="Number of times a job is started before it fails."
    )

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
        pattern=_WEB_URL,
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

    terms_url: str | None = Field(
        None,
        pattern=_WEB_URL,
        description="URL of your own terms, to which `/terms` leads. Default: a page that says "
        "what this service does.",
    )
    privacy_url: str | None = Field(
        None,
        pattern=_WEB_URL,
        description="URL of your own privacy notice, to which `/privacy` leads. Default: a page "
        "that says what this service stores, and for how long.",
    )
    security_contact: str | None = Field(
        None,
        pattern=r"^(mailto:[^\s@]+@[^\s@]+|tel:\+[0-9-]+|https://\S+)$",
        description="Where to report vulnerabilities of your installation: a `mailto:`, `https:` "
        "or `tel:` URL. Without it there is no `/.well-known/security.txt`.",
    )

    table: str | None = Field(None, description="DynamoDB table (`aws`).")
    bucket: str | None = Field(None, pattern=_BUCKET, description="S3 bucket (`aws`).")
    queue_url: str | None = Field(None, description="URL of the SQS queue for jobs (`aws`).")
    large_queue_url: str | None = Field(
        None,
        description="URL of the SQS queue for large jobs (`aws`): those that need more than "
        "`EXPUNGE_JOB_MEMORY_MB`. Without it they are refused.",
    )
    large_function_mb: int | None = Field(
        None,
        ge=1024,
        le=10_240,
        description="Memory in MB of the function that runs large jobs (`aws`). It keeps 300 MB "
        "for itself; a job that needs more than the rest is refused.",
    )
    delivery_queue_url: str | None = Field(
        None, description="URL of the SQS queue for webhooks (`aws`)."
    )
    batch_queue_url: str | None = Field(
        None, description="URL of the SQS queue for batches (`aws`); default: the one for jobs."
    )
    mail_from: str | None = Field(None, description="Sender of e-mail through SES (`aws`).")

    intake_source_bucket: str | None = Field(
        None,
        pattern=_BUCKET,
        description="Bucket whose new objects are cleaned into another one (`aws`).",
    )
    intake_source_prefix: str = Field(
        "", max_length=900, description="How the keys of these objects start (`aws`)."
    )
    intake_target_bucket: str | None = Field(
        None, pattern=_BUCKET, description="Bucket of the results (`aws`)."
    )
    intake_target_prefix: str = Field(
        "", max_length=900, description="What their keys start with instead (`aws`)."
    )
    intake_mode: str = Field("metadata", description="What is done to these objects (`aws`).")
    intake_options: str = Field("{}", description="The mode's options, a JSON object (`aws`).")
    intake_report: Literal["none", "metadata", "sibling"] = Field(
        "none",
        description="Where reports go (`aws`): nowhere, into the metadata of the result, or into "
        "an object beside it with `.json` after its name.",
    )

    @model_validator(mode="after")
    def _signing_is_possible(self) -> Self:
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

    @model_validator(mode="before")
    @classmethod
    def _own_network_is_not_shared(cls, given: object) -> object:
        """With private targets, pages of other origins need the operator's word to call at all."""
        if isinstance(given, dict) and given.get("fetch_allow"):
            return {"cors_origins": "none"} | given
        return given

    @model_validator(mode="after")
    def _aws_has_no_own_network(self) -> Self:
        if self.store == "aws" and self.fetch_allow:
            raise ValueError(
                f"{PREFIX}FETCH_ALLOW needs EXPUNGE_STORE=local: a stack on AWS is public, and the "
                "private network of a function is its runtime's"
            )
        return self

    @model_validator(mode="after")
    def _aws_has_its_own_metrics(self) -> Self:
        if self.store == "aws" and self.metrics:
            raise ValueError(
                f"{PREFIX}METRICS needs EXPUNGE_STORE=local; on AWS, CloudWatch has the metrics"
            )
        if self.metrics_token is not None and not self.metrics:
            raise ValueError(f"{PREFIX}METRICS_TOKEN also needs {PREFIX}METRICS=true")
        return self

    @model_validator(mode="after")
    def _aws_has_its_own_limits(self) -> Self:
        if self.store == "aws" and self.max_file_mb is not None:
            raise ValueError(
                f"{PREFIX}MAX_FILE_MB needs EXPUNGE_STORE=local; on AWS the limit is fixed at "
                "10,485,760 bytes, so leave it unset"
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
    """A message for each variable with an old name; entry points print them once."""
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
    """Move values from old names to new ones.

    Raises
    ------
    SettingsInvalid
        If the old and the new name have different values.
    """
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
