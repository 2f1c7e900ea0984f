"""The domain objects that the settings describe. What is invalid raises `SettingsInvalid`."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from expunge.accounts.administrator import Administrator
from expunge.accounts.ledger import MILLI
from expunge.accounts.meter import Meter
from expunge.accounts.passwords import PasswordInvalid
from expunge.accounts.policies import LimitsInvalid, Policies, parse_limits
from expunge.errors import ValidationFailed
from expunge.imaging.limits import AWS_MEDIA_SECONDS, AWS_MOVIE_BYTES, LIMITS, MEBIBYTE, Limits
from expunge.jobs.capacity import Capacity
from expunge.operations import mode_named
from expunge.operations.receipt import Issuer
from expunge.receipts.keys import KeyInvalid, PublicKey, SigningKey
from expunge.service import TaskTerms
from expunge.settings import SettingsInvalid
from expunge.swaps.pricing import Prices, PricesInvalid, parse_prices
from expunge.swaps.terms import DAY, Terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.billing import Payments
    from expunge.accounts.identities import IdentityProvider
    from expunge.settings import Settings
    from expunge.stores.ports import OwnSecret, Records
    from expunge.telemetry.metrics import Metrics

FUNCTION_RESERVE_MB = 300
"""MiB of a function's memory for what estimates do not count: the runtime and AWS's libraries."""


def issuer(settings: Settings, own: OwnSecret, clock: Callable[[], float]) -> Issuer:
    """Issues receipts with the key of the settings, or else with the installation's own.

    An own key that a setting has replaced still verifies what it signed.
    """
    try:
        given = SigningKey.of(settings.receipt_key) if settings.receipt_key else None
    except KeyInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_RECEIPT_KEY {error}") from None
    try:
        former = [PublicKey.of(word) for word in settings.receipt_former_keys]
    except KeyInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_RECEIPT_FORMER_KEYS: a key {error}") from None

    def load_former() -> list[PublicKey]:
        replaced = own.existing() if given else None
        return [*former, *([SigningKey(replaced).public] if replaced else [])]

    return Issuer(
        lambda: given or SigningKey(own.value), clock, load_former, url=settings.public_url
    )


def metrics(settings: Settings) -> Metrics | None:
    """Counters for Prometheus, where the operator wants them."""
    if not settings.metrics:
        return None
    from expunge.telemetry.metrics import Metrics

    return Metrics()


def check_signing(settings: Settings) -> None:
    """Read the certificate and key that sign manifests, so that a wrong one is told at start."""
    if settings.c2pa_cert is None or settings.c2pa_key is None:
        return
    from expunge.imaging.provenance.signing import identity

    given = {
        identity.CERTIFICATE: settings.c2pa_cert,
        identity.KEY: settings.c2pa_key,
        identity.AUTHORITY: settings.c2pa_tsa or "",
    }
    try:
        identity.configured(given)
    except identity.SigningUnavailable as error:
        raise SettingsInvalid(str(error)) from None


def limits(settings: Settings) -> Limits:
    """The default limits, with the operator's maximum file sizes."""
    movie = settings.max_video_mb * MEBIBYTE
    if settings.store == "aws":
        movie = min(movie, AWS_MOVIE_BYTES)
    most = settings.max_file_mb
    file = LIMITS.file_bytes if most is None else most * MEBIBYTE
    return replace(LIMITS, file_bytes=file, movie_bytes=movie)


def capacity(settings: Settings) -> Capacity:
    """What jobs may take here; on AWS a request ends with its function, so a slow job is queued."""
    memory = settings.job_memory_mb * MEBIBYTE
    if settings.store != "aws":
        return Capacity(memory, part_seconds=settings.job_part_seconds)
    large = settings.large_function_mb
    return Capacity(
        memory,
        large_memory=None if large is None else (large - FUNCTION_RESERVE_MB) * MEBIBYTE,
        request_seconds=settings.job_timeout_seconds,
        media_seconds=AWS_MEDIA_SECONDS,
        part_seconds=settings.job_part_seconds,
        weights_elsewhere=True,
    )


def swap_terms(settings: Settings) -> Terms:
    """Whether swaps are on, and what they ask of callers."""
    return Terms(
        settings.swaps_terms_accepted,
        settings.swaps_consent_required,
        settings.swaps_nsfw_threshold,
        settings.swaps_record_days * DAY,
    )


def task_terms(settings: Settings) -> TaskTerms:
    """Price and options of a task of the tasks surface."""
    chosen = {"method": settings.task_method, "plan": settings.task_plan}
    options = {name: value for name, value in chosen.items() if value is not None}
    try:
        mode_named("mask").options(options)
    except ValidationFailed as error:
        raise SettingsInvalid(f"EXPUNGE_TASK_METHOD, EXPUNGE_TASK_PLAN: {error}") from None
    return TaskTerms(round(settings.task_credits * MILLI), options)


def swap_prices(settings: Settings) -> Prices:
    """The price list of swaps."""
    try:
        return parse_prices(settings.swap_prices)
    except PricesInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_SWAP_PRICES: {error}") from None


def policies(settings: Settings, *, on: bool) -> Policies:
    """The table of limits by plan; ``on`` is whether quotas are counted."""
    try:
        return Policies(parse_limits(settings.limits), on=on)
    except LimitsInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_LIMITS: {error}") from None


def administrator(
    settings: Settings, records: Records, clock: Callable[[], float]
) -> Administrator:
    """The administrator's account and sessions."""
    # Logins are limited even with quotas off, since that limit is a defence against guessing.
    guard = Meter(records, policies(settings, on=True), clock)
    try:
        return Administrator(
            records,
            guard,
            clock,
            username=settings.admin_username,
            password=settings.admin_password,
            session_seconds=settings.admin_session_seconds,
        )
    except PasswordInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_ADMIN_PASSWORD: {error}") from None


def identity_provider(settings: Settings) -> Callable[[], IdentityProvider] | None:
    """Creates the identity provider at the first sign-in through it."""

    @cache
    def make() -> IdentityProvider:
        from expunge.partners.openid import OpenIdProvider

        client_id, secret = settings.openid_client_id or "", settings.openid_client_secret or ""
        return OpenIdProvider(settings.openid_issuer, client_id, secret)

    return make if settings.openid_client_id else None


def payments(settings: Settings) -> Callable[[], Payments] | None:
    """Creates the payment service at the first payment."""

    @cache
    def make() -> Payments:
        from expunge.partners.stripe import StripePayments

        return StripePayments(
            settings.stripe_key or "",
            settings.stripe_webhook_secret or "",
            settings.stripe_price or "",
            api_base=settings.stripe_api_url,
        )

    return make if settings.stripe_key else None
