"""The composition root: settings in, a wired service out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from expunge import configured
from expunge.accounts.accounts import Accounts
from expunge.accounts.billing import Billing, Pack
from expunge.accounts.browsers import Browsers
from expunge.accounts.credentials import Credentials
from expunge.accounts.meter import Meter
from expunge.accounts.signin import SignIn
from expunge.accounts.usage import Usage
from expunge.adapters import stores
from expunge.batches.batch import Batch, caller_of
from expunge.batches.batches import EVENT, Batches
from expunge.clean.cleaner import Cleaner
from expunge.erasure import Erasure
from expunge.fetching import fetcher_of
from expunge.hooks.hooks import Hooks
from expunge.hooks.outbox import Ended, WebhookOutbox
from expunge.jobs.capacity import Dispatch
from expunge.jobs.jobs import Jobs
from expunge.jobs.register import log_job
from expunge.operations.available import modes_of, scopes_of
from expunge.operations.execution import InProcess
from expunge.service import Service
from expunge.swaps.audit import Audit
from expunge.swaps.complaints import Complaints
from expunge.swaps.gate import Gate
from expunge.swaps.guard import SwapGuard
from expunge.swaps.in_flight import InFlight
from expunge.swaps.known_results import KnownResults
from expunge.swaps.swaps import SURFACE, Swaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.jobs.job import Job
    from expunge.net.fetcher import Fetcher
    from expunge.net.late import LateFetcher
    from expunge.operations.execution import Executor
    from expunge.settings import Settings
    from expunge.stores.ports import Signals
    from expunge.telemetry.metrics import Metrics


LAMBDA_ANSWER_BYTES = 4_500_000
"""A Lambda response has at most 6,291,556 bytes, and the image in it is base64."""


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
    metrics = configured.metrics(settings)
    configured.check_signing(settings)
    wired = stores(settings)
    if metrics is not None:
        metrics.sources.append(wired.readings)
    meter = Meter(wired.records, configured.policies(settings, on=settings.quotas == "on"), clock)
    answer_bytes = LAMBDA_ANSWER_BYTES if settings.store == "aws" else None
    usage = Usage(wired.records, clock)
    accounts = Accounts(wired.records, clock)
    fetcher = fetcher or fetcher_of(settings)
    executor = executor or InProcess()
    limits = configured.limits(settings)
    issuer = configured.issuer(settings, wired.receipt_secret, clock)
    scopes = scopes_of(settings)
    outbox = WebhookOutbox(wired.records, wired.deliveries, clock)
    capacity, terms = configured.capacity(settings), configured.swap_terms(settings)
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
        sign_in=SignIn(
            wired.records,
            wired.mail,
            accounts,
            meter,
            configured.identity_provider(settings),
            clock,
        ),
        administrator=configured.administrator(settings, wired.records, clock),
        billing=Billing(
            accounts,
            configured.payments(settings),
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
        tasks=configured.task_terms(settings),
        swaps=Swaps(
            jobs, InFlight(wired.records, meter, clock), configured.swap_prices(settings), terms
        ),
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
