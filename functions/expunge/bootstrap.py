"""The composition root: settings in, a wired service out."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from expunge.accounts.accounts import Accounts
from expunge.accounts.administrator import Administrator
from expunge.accounts.billing import Billing, Pack, Payments
from expunge.accounts.browsers import Browsers
from expunge.accounts.credentials import Credentials
from expunge.accounts.ledger import MILLI
from expunge.accounts.meter import Meter
from expunge.accounts.passwords import PasswordInvalid
from expunge.accounts.policies import LimitsInvalid, Policies, parse_limits
from expunge.accounts.signin import SignIn
from expunge.accounts.usage import Usage
from expunge.adapters import stores
from expunge.batches.batch import Batch, caller_of
from expunge.batches.batches import EVENT, Batches
from expunge.clean.cleaner import Cleaner
from expunge.erasure import Erasure
from expunge.errors import ValidationFailed
from expunge.fetching import fetcher_of
from expunge.hooks.hooks import Hooks
from expunge.hooks.outbox import Ended, WebhookOutbox
from expunge.imaging.limits import AWS_MEDIA_SECONDS, AWS_MOVIE_BYTES, LIMITS, MEBIBYTE, Limits
from expunge.jobs.capacity import Capacity, Dispatch
from expunge.jobs.jobs import Jobs
from expunge.jobs.register import log_job
from expunge.operations import mode_named
from expunge.operations.available import modes_of, scopes_of
from expunge.operations.execution import InProcess
from expunge.operations.receipt import Issuer
from expunge.receipts.keys import KeyInvalid, PublicKey, SigningKey
from expunge.service import Service, TaskTerms
from expunge.settings import SettingsInvalid
from expunge.swaps.audit import Audit
from expunge.swaps.complaints import Complaints
from expunge.swaps.gate import Gate
from expunge.swaps.guard import SwapGuard
from expunge.swaps.in_flight import InFlight
from expunge.swaps.known_results import KnownResults
from expunge.swaps.pricing import Prices, PricesInvalid, parse_prices
from expunge.swaps.swaps import SURFACE, Swaps
from expunge.swaps.terms import DAY, Terms

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.accounts.identities import IdentityProvider
    from expunge.jobs.job import Job
    from expunge.net.fetcher import Fetcher
    from expunge.net.late import LateFetcher
    from expunge.operations.execution import Executor
    from expunge.settings import Settings
    from expunge.stores.ports import OwnSecret, Records, Signals
    from expunge.telemetry.metrics import Metrics


LAMBDA_ANSWER_BYTES = 4_500_000
"""A Lambda response has at most 6,291,556 bytes, and the image in it is base64."""
FUNCTION_RESERVE_MB = 300
"""MiB of a function's memory for what estimates do not count: the runtime and AWS's libraries."""


def build(
    settings: Settings,
    *,
    fetcher: Fetcher | LateFetcher | None = None,
    clock: Callable[[], float] = time.time,
    executor: Executor | None = None,
    observer: Callable[[Job], None] = log_job,
) -> Service:
    """Wire the whole service.

    Parameters
    ----------
    fetcher
        Only for tests, whose web servers run on loopback with their own certificate
        authority; no setting changes it.
    clock
        Returns Unix seconds, for the domain; the stores have their own clocks.
    executor
        Runs the operations; by default in this process.
    observer
        Called for every job that is queued or ends; by default it writes a log line.

    Raises
    ------
    SettingsInvalid
        If a setting is invalid in combination with other settings or installed parts.
    """
    modes = modes_of(settings)
    metrics = _metrics(settings)
    _check_signing(settings)
    wired = stores(settings)
    if metrics is not None:
        metrics.sources.append(wired.readings)
    meter = Meter(wired.records, _policies(settings, on=settings.quotas == "on"), clock)
    answer_bytes = LAMBDA_ANSWER_BYTES if settings.store == "aws" else None
    usage = Usage(wired.records, clock)
    accounts = Accounts(wired.records, clock)
    fetcher = fetcher or fetcher_of(settings)
    executor = executor or InProcess()
    limits = _limits(settings)
    issuer = _issuer(settings, wired.receipt_secret, clock)
    scopes = scopes_of(settings)
    outbox = WebhookOutbox(wired.records, wired.deliveries, clock)
    capacity, terms = _capacity(settings), _swap_terms(settings)
    gate = Gate(
        wired.records,
        wired.objects,
        Dispatch(wired.queue, wired.large_queue, capacity, wired.media_queue),
        executor,
        meter,
        threshold=terms.threshold,
        clock=clock,
        weights_elsewhere=capacity.weights_elsewhere,
        seconds=settings.job_timeout_seconds,
    )
    audit = Audit(wired.records)
    known_results = KnownResults(
        audit,
        executor,
        makes_more=terms.accepted,
        sees_moving=not capacity.weights_elsewhere,
    )
    observe = _observers(observer, wired.signals, metrics)

    def seen(job: Job) -> None:
        observe(job)
        batches.job_ended(job)

    jobs = Jobs(
        wired.records,
        wired.objects,
        wired.queue,
        fetcher,
        outbox,
        modes=modes,
        scopes=scopes,
        purpose_required=settings.purpose_required,
        recognition=settings.recognition,
        video_codecs=settings.video_codecs,
        issuer=issuer,
        job_guard=SwapGuard(terms, gate, known_results, executor, clock),
        lease_seconds=settings.job_lease_seconds,
        longest_run=settings.job_timeout_seconds,
        attempts=settings.job_attempts,
        clock=clock,
        meter=meter,
        executor=executor,
        large_queue=wired.large_queue,
        media_queue=wired.media_queue,
        capacity=capacity,
        observer=seen,
        check_space=wired.check_space,
        limits=limits,
        answer_bytes=answer_bytes,
    )

    batches = Batches(
        wired.records,
        wired.objects,
        wired.batches,
        jobs,
        meter,
        lambda batch: outbox.notices_of(_end_of(batch)),
        clock=clock,
        check_space=wired.check_space,
    )

    def close() -> None:
        usage.flush()
        wired.close()

    def view(job: Job, base_url: str) -> dict[str, Any]:
        from expunge.web.native.schemas import job_view

        shown = job_view(jobs, job, base_url)
        return shown.model_dump(mode="json", exclude_none=True)

    def callback_view(job: Job, base_url: str) -> dict[str, Any]:
        if job.surface is None:
            return view(job, base_url)
        if job.surface == SURFACE:
            from expunge.web.swaps.swap_schemas import swap_view

            return swap_view(jobs, job, base_url).model_dump(mode="json")
        from expunge.web.tasks.schemas import task_view

        return task_view(jobs, job, base_url).model_dump(mode="json")

    def batch_view(record: dict[str, Any], base_url: str) -> dict[str, Any]:
        from expunge.web.batches.schemas import batch_view

        shown = batch_view(batches, Batch.of(record), base_url)
        return shown.model_dump(mode="json", exclude_none=True)

    hooks = Hooks(
        wired.records,
        wired.deliveries,
        fetcher,
        jobs,
        view=view,
        callback_view=callback_view,
        batch_view=batch_view,
        clock=clock,
    )
    return Service(
        settings=settings,
        jobs=jobs,
        batches=batches,
        meter=meter,
        accounts=accounts,
        credentials=Credentials(wired.records, usage, clock),
        browsers=Browsers(wired.records),
        usage=usage,
        sign_in=SignIn(wired.records, wired.mail, accounts, meter, _provider(settings), clock),
        administrator=_administrator(settings, wired.records, clock),
        billing=Billing(
            accounts,
            _payments(settings),
            clock,
            sells_pro=settings.stripe_price is not None,
            packs=[Pack(*pack) for pack in (settings.stripe_packs or {}).items()],
        ),
        cleaner=Cleaner(
            wired.records,
            wired.objects,
            jobs,
            executor,
            clock=clock,
            edge_bytes=answer_bytes,
        ),
        hooks=hooks,
        gate=gate,
        audit=audit,
        known_results=known_results,
        complaints=Complaints(wired.records, gate, meter, clock),
        erasure=Erasure(wired.records, accounts, jobs, batches, hooks, clock),
        tasks=_task_terms(settings),
        swaps=Swaps(jobs, InFlight(wired.records, meter, clock), _swap_prices(settings), terms),
        mail=wired.mail,
        limits=limits,
        answer_bytes=answer_bytes,
        modes=modes,
        scopes=scopes,
        issuer=issuer,
        ready=wired.ready,
        signed_objects=wired.signed_objects,
        results_origin=wired.results_origin,
        signals=wired.signals,
        inbox=wired.inbox,
        deliveries_inbox=wired.deliveries_inbox,
        queues=wired.queues,
        dead_letters=wired.dead_letters,
        alarms_url=wired.alarms_url,
        metrics=metrics,
        housekeeping=wired.housekeeping,
        close=close,
    )


def _end_of(batch: Batch) -> Ended:
    """What the receivers of a batch's end are told."""
    return Ended(
        batch.id,
        batch.account,
        EVENT,
        lambda: (
            batch.item()
            | {
                "webhook_secret": None,
                "caller": {},
                "webhook_private": caller_of(batch).reaches_private,
            }
        ),
        url=batch.webhook_url,
        secret=batch.webhook_secret,
        base_url=batch.base_url,
    )


def _issuer(settings: Settings, own: OwnSecret, clock: Callable[[], float]) -> Issuer:
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


def _observers(
    observer: Callable[[Job], None], signals: Signals | None, metrics: Metrics | None
) -> Callable[[Job], None]:
    """The observer, plus metrics, and a signal to processes that wait for the job's end."""

    def observe(job: Job) -> None:
        observer(job)
        if metrics is not None:
            metrics.job(job.mode, job.status.value, job.processing_ms)
        if signals is not None and job.status.ended:
            signals.send(job.id)

    return observe


def _metrics(settings: Settings) -> Metrics | None:
    if not settings.metrics:
        return None
    from expunge.telemetry.metrics import Metrics

    return Metrics()


def _check_signing(settings: Settings) -> None:
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


def _limits(settings: Settings) -> Limits:
    """The default limits, with the operator's maximum file sizes."""
    movie = settings.max_video_mb * MEBIBYTE
    if settings.store == "aws":
        movie = min(movie, AWS_MOVIE_BYTES)
    most = settings.max_file_mb
    file = LIMITS.file_bytes if most is None else most * MEBIBYTE
    return replace(LIMITS, file_bytes=file, movie_bytes=movie)


def _capacity(settings: Settings) -> Capacity:
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


def _swap_terms(settings: Settings) -> Terms:
    return Terms(
        settings.swaps_terms_accepted,
        settings.swaps_consent_required,
        settings.swaps_nsfw_threshold,
        settings.swaps_record_days * DAY,
    )


def _task_terms(settings: Settings) -> TaskTerms:
    chosen = {"method": settings.task_method, "plan": settings.task_plan}
    options = {name: value for name, value in chosen.items() if value is not None}
    try:
        mode_named("mask").options(options)
    except ValidationFailed as error:
        raise SettingsInvalid(f"EXPUNGE_TASK_METHOD, EXPUNGE_TASK_PLAN: {error}") from None
    return TaskTerms(round(settings.task_credits * MILLI), options)


def _swap_prices(settings: Settings) -> Prices:
    try:
        return parse_prices(settings.swap_prices)
    except PricesInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_SWAP_PRICES: {error}") from None


def _policies(settings: Settings, *, on: bool) -> Policies:
    try:
        return Policies(parse_limits(settings.limits), on=on)
    except LimitsInvalid as error:
        raise SettingsInvalid(f"EXPUNGE_LIMITS: {error}") from None


def _administrator(
    settings: Settings, records: Records, clock: Callable[[], float]
) -> Administrator:
    # Logins are limited even with quotas off, since that limit is a defence against guessing.
    guard = Meter(records, _policies(settings, on=True), clock)
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


def _provider(settings: Settings) -> Callable[[], IdentityProvider] | None:
    """Creates the identity provider at the first sign-in through it."""

    @cache
    def make() -> IdentityProvider:
        from expunge.partners.openid import OpenIdProvider

        client_id, secret = settings.openid_client_id or "", settings.openid_client_secret or ""
        return OpenIdProvider(settings.openid_issuer, client_id, secret)

    return make if settings.openid_client_id else None


def _payments(settings: Settings) -> Callable[[], Payments] | None:
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
