"""Swaps and moving pictures go to workers that have their libraries; codecs are the operator's."""

from __future__ import annotations

import pytest

from expunge.errors import ValidationFailed
from expunge.jobs.capacity import Capacity, Dispatch, needs_media
from expunge.jobs.operator_rules import Rules
from expunge.jobs.request import JobRequest
from expunge.operations import MODES, mode_named
from tests.samples.jpeg import photo
from tests.unit.moving.clips import animated, clip, source


class Queue:
    def __init__(self) -> None:
        self.sent: list[dict] = []

    def send(self, message, delay=0) -> None:
        self.sent.append(dict(message))


@pytest.mark.parametrize(
    ("mode", "data", "media"),
    [
        ("mask", photo(), False),
        ("mask", animated("GIF"), True),
        ("mask", clip("mp4"), True),
        ("metadata", clip("mp4"), False),
        ("swap", photo(), True),
        ("swap", clip("webm"), True),
    ],
)
def test_what_needs_the_libraries_of_media(mode, data, media):
    assert needs_media(mode_named(mode), source(data)) is media


@pytest.mark.parametrize(
    ("message", "memory", "where"),
    [
        ({"job": "a"}, 1, "jobs"),
        ({"job": "a"}, 20, "large"),
        ({"job": "a", "media": True}, 1, "media"),
        ({"job": "a", "media": True}, 20, "media"),
    ],
)
def test_a_message_goes_to_the_workers_that_can_do_its_job(message, memory, where):
    queues = {name: Queue() for name in ("jobs", "large", "media")}
    capacity = Capacity(10, large_memory=100)
    Dispatch(queues["jobs"], queues["large"], capacity, queues["media"]).post(message, memory)
    assert [name for name, queue in queues.items() if queue.sent] == [where]


def test_without_workers_of_their_own_media_go_by_their_memory():
    jobs, large = Queue(), Queue()
    dispatch = Dispatch(jobs, large, Capacity(10, large_memory=100))
    dispatch.post({"media": True}, 1)
    dispatch.post({"media": True}, 20)
    assert (len(jobs.sent), len(large.sent)) == (1, 1)


def test_a_codec_is_the_operators_choice():
    request = JobRequest(mode="swap", image=photo(), options={"codec": "h264"})
    with pytest.raises(ValidationFailed, match="h264 is switched off") as refused:
        Rules(tuple(MODES), ("all",)).checked(request)
    assert refused.value.errors[0].pointer == "/options/codec"
    Rules(tuple(MODES), ("all",), video_codecs=("h264",)).checked(request)
