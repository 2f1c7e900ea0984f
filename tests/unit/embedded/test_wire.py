"""What goes to an image process arrives there."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing import Pipe

import pytest

from expunge.embedded.pool import wire
from expunge.errors import ExpungeError, MalformedImage, ValidationFailed
from expunge.imaging.source import Source
from expunge.imaging.swap.refusal import FaceUnusable, Reason
from tests.unit.faces.making import file, scene

TARGET, FACE, OTHER = (file(scene((24, side)), "PNG") for side in (20, 16, 18))


def test_companions_arrive_by_their_names() -> None:
    ours, theirs = Pipe()
    faces = {"source-0": Source.of(FACE), "source-1": Source.of(OTHER)}
    with ours, theirs:
        wire.send_source(ours, {"type": "run"}, replace(Source.of(TARGET), companions=faces))
        head, body = wire.receive(theirs)
        got = wire.source_of(theirs, head, body, partial=False)

    assert got.data == TARGET
    assert {name: one.data for name, one in got.companions.items()} == {
        "source-0": FACE,
        "source-1": OTHER,
    }


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (FaceUnusable(Reason.NO_FACE, "shows no face", "/source-1"), ValidationFailed),
        (MalformedImage("It ends early."), MalformedImage),
    ],
)
def test_an_error_comes_back_with_its_code_and_pointers(
    error: ExpungeError, kind: type[ExpungeError]
) -> None:
    ours, theirs = Pipe()
    with ours, theirs:
        wire.send_error(theirs, error)
        got = wire.error_of(wire.receive(ours)[0])

    assert type(got) is kind
    assert (got.code, got.detail) == (error.code, error.detail)
    assert getattr(got, "errors", ()) == getattr(error, "errors", ())
