"""That a picture is a known result travels to the process that decodes it."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing import Pipe
from threading import Thread

from expunge.embedded.pool import process, wire
from expunge.embedded.pool.child import Child
from expunge.imaging.progress import silent
from expunge.imaging.source import Source
from expunge.operations import MODES
from tests.unit.own_label.labelled import LABEL, bare, label_in


def test_a_known_result_gets_its_label_back_in_an_image_process() -> None:
    ours, theirs = Pipe()
    child = object.__new__(Child)  # without the process, whose side a thread has here
    child._connection = ours

    def answer() -> None:
        process._run(theirs, *wire.receive(theirs))

    mode = MODES["visible"]
    source = replace(Source.of(bare("jpeg")), label=LABEL)
    with ours, theirs:
        thread = Thread(target=answer)
        thread.start()
        outcome = child.run(mode.name, source, mode.options({}), silent, 60)
        thread.join()
    assert label_in(outcome.image) == LABEL
    assert outcome.report["own_label"]["added"]
