"""What an image may need decides where its job runs, before anything is charged or stored."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ImageTooLarge
from expunge.hooks.outbox import WebhookOutbox
from expunge.imaging.source import Source
from expunge.jobs.capacity import Capacity
from expunge.jobs.job import Status
from expunge.jobs.jobs import Jobs
from expunge.jobs.request import JobRequest
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import MODES
from expunge.operations.duration import cpu_seconds
from expunge.operations.memory import peak_bytes
from tests.samples import large
from tests.unit.jobs.conftest import CALLER, HeldQueue, House

if TYPE_CHECKING:
    from collections.abc import Callable

    from expunge.jobs.request import SubmitResult

MB = 1 << 20
LAMBDA = Capacity(1024 * MB, large_memory=2708 * MB, request_seconds=25)
"""What `bootstrap` makes of the template's values."""
SIDES = st.integers(16, 10_000)


def sized(coding: str, width: int, height: int) -> Source:
    source = large.small(coding)
    return replace(source, layout=replace(source.layout, width=width, height=height, canvas=None))


@given(st.sampled_from(list(large.CODINGS)), st.sampled_from(list(MODES)), SIDES, SIDES)
@settings(max_examples=60, deadline=None)
def test_every_image_has_a_function_that_holds_it_or_is_told_what_fits(
    coding: str, name: str, width: int, height: int
) -> None:
    mode, source = MODES[name], sized(coding, width, height)
    options = mode.options({})
    if peak_bytes(mode, source, options) > 2708 * MB:
        with pytest.raises(ImageTooLarge) as refused:
            LAMBDA.memory_for(mode, source, options)
        fits = re.search(r"([\d,]+) × ([\d,]+) pixels fit", refused.value.detail)
        assert fits, refused.value.detail
        smaller = sized(coding, *(int(side.replace(",", "")) for side in fits.groups()))
        assert LAMBDA.memory_for(mode, smaller, options) <= 2708 * MB
        return
    memory = LAMBDA.memory_for(mode, source, options)
    assert memory <= (2708 if LAMBDA.is_large(memory) else 1024) * MB
    if LAMBDA.fits_request(mode, source, options, memory):
        assert memory <= 1024 * MB
        assert cpu_seconds(mode, source, options) <= 25


@given(st.sampled_from(list(large.CODINGS)), st.sampled_from(list(MODES)), SIDES, SIDES)
@settings(max_examples=40, deadline=None)
def test_what_takes_memory_for_pixels_takes_time_for_them(
    coding: str, name: str, width: int, height: int
) -> None:
    mode, source = MODES[name], sized(coding, width, height)
    plain = mode.options({})
    assert bool(peak_bytes(mode, source, plain)) == bool(cpu_seconds(mode, source, plain))
    if "receipt" in type(plain).model_fields:  # it compares the pixels of both files
        signed = mode.options({"receipt": True})
        assert bool(peak_bytes(mode, source, signed)) == bool(cpu_seconds(mode, source, signed))
        assert cpu_seconds(mode, source, signed) >= cpu_seconds(mode, source, plain)


@given(st.sampled_from(list(large.CODINGS)), st.sampled_from(list(MODES)))
@settings(max_examples=20, deadline=None)
def test_the_time_is_that_of_the_pixels_which_are_decoded(coding: str, name: str) -> None:
    mode, small = MODES[name], sized(coding, 64, 64)
    cut = replace(small, layout=replace(small.layout, canvas=(6400, 6400)))
    options = mode.options({})
    whole = sized(coding, 6400, 6400)
    assert cpu_seconds(mode, cut, options) == cpu_seconds(mode, whole, options)


@pytest.mark.parametrize(
    ("coding", "mode", "side", "where"),
    [
        ("jpeg 4:2:0", "detect", 10_000, "request"),
        ("jpeg 4:2:0", "metadata", 10_000, "request"),
        ("avif 4:2:0", "visible", 7_483, "large"),  # 56 megapixels
        ("heic", "visible", 3_464, "queue"),  # 12 megapixels of noise take 52 s
        ("heic", "visible", 2_000, "request"),
    ],
)
def test_the_sizes_that_did_not_fit_run_where_they_do(
    coding: str, mode: str, side: int, where: str
) -> None:
    chosen = MODES[mode]
    source, options = sized(coding, side, side), chosen.options({})
    memory = LAMBDA.memory_for(chosen, source, options)
    fits = LAMBDA.fits_request(chosen, source, options, memory)
    assert ("large" if LAMBDA.is_large(memory) else "request" if fits else "queue") == where


@pytest.fixture
def large_queue() -> HeldQueue:
    return HeldQueue()


@pytest.fixture
def jobs_with(house: House, large_queue: HeldQueue) -> Callable[[Capacity], Jobs]:
    """Jobs with a capacity, over the stores and the queue of ``house``."""

    def make(capacity: Capacity) -> Jobs:
        return Jobs(
            house.records,
            house.objects,
            house.queue,
            Fetcher(Guard(lambda *_: [])),
            WebhookOutbox(house.records, house.queue, house.clock),
            modes=tuple(MODES),
            lease_seconds=15,
            attempts=3,
            clock=house.clock,
            large_queue=large_queue,
            capacity=capacity,
        )

    return make


def submit(jobs: Jobs, image: bytes, mode: str = "detect", **more: object) -> SubmitResult:
    return jobs.submit(CALLER, JobRequest(mode, {}, image=image, **more))


TIGHT = Capacity(100 * MB, large_memory=1024 * MB)
"""So little that every image which is decoded is large."""


def test_a_large_job_is_queued_for_workers_with_more_memory_and_sent_there_again(
    jobs_with: Callable[[Capacity], Jobs], house: House, large_queue: HeldQueue, image: bytes
) -> None:
    jobs = jobs_with(TIGHT)
    job = submit(jobs, image).job
    assert (job.status, job.sync) == (Status.QUEUED, False)
    message = {"owner": job.owner, "job": job.id, "large": True}
    assert large_queue.messages == [message]
    house.clock.now += 3_600
    jobs.sweep()
    assert large_queue.messages == [message, message]
    assert not house.queue.messages
    jobs.work(message)
    assert jobs.get(CALLER, job.id).status is Status.SUCCEEDED


def test_a_job_that_decodes_nothing_is_never_large(
    jobs_with: Callable[[Capacity], Jobs], large_queue: HeldQueue, image: bytes
) -> None:
    job = submit(jobs_with(TIGHT), image, "metadata").job
    assert job.status is Status.SUCCEEDED
    assert not large_queue.messages


def test_a_job_that_may_outlast_the_request_is_queued(
    jobs_with: Callable[[Capacity], Jobs], house: House, large_queue: HeldQueue, image: bytes
) -> None:
    job = submit(jobs_with(Capacity(request_seconds=1e-9)), image).job
    assert job.status is Status.QUEUED
    assert house.queue.messages == [{"owner": job.owner, "job": job.id}]
    assert not large_queue.messages


def test_an_answer_that_can_only_be_the_outcome_refuses_a_large_image_with_what_fits(
    jobs_with: Callable[[Capacity], Jobs], house: House, large_queue: HeldQueue
) -> None:
    jobs = jobs_with(Capacity(200 * MB, large_memory=1024 * MB))
    image = large.CODINGS["png RGB"](4_000, 4_000)
    with pytest.raises(ImageTooLarge, match="fit"):
        submit(jobs, image, "mask", needs_outcome=True)
    assert not list(jobs.unfinished())
    assert not large_queue.messages
    assert not house.queue.messages
