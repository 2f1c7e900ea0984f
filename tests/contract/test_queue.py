"""The contracts of the queue port and the mail port."""

from __future__ import annotations

import pytest

from expunge.stores.ports import QueueDepth


class TestQueue:
    def test_a_message_is_delivered_as_it_was_sent(self, waiting):
        message = {"job": "1", "n": 10**20, "float": 0.5, "list": [None, True, {"ü": "€"}]}
        waiting.queue.send(message)
        assert waiting.deliver() == [message]

    def test_a_delayed_message_comes_no_sooner(self, waiting):
        waiting.queue.send({"n": 1}, delay=0.3)
        assert waiting.deliver() == []
        waiting.wait(1.1)
        assert waiting.deliver() == [{"n": 1}]

    def test_the_depth_tells_what_waits_what_runs_and_what_is_delayed(self, waiting):
        assert waiting.queue.depth() == QueueDepth(0, 0, 0)
        waiting.queue.send({"n": 1})
        waiting.queue.send({"n": 2}, delay=60)
        assert waiting.queue.depth() == QueueDepth(waiting=1, in_flight=0, delayed=1)
        waiting.deliver()
        assert waiting.queue.depth() == QueueDepth(waiting=0, in_flight=1, delayed=1)

    def test_64_kib_are_the_most(self, waiting):
        empty = len('{"text":""}')
        waiting.queue.send({"text": "é" * ((65_536 - empty) // 2)})
        with pytest.raises(ValueError, match="65536 bytes"):
            waiting.queue.send({"text": "é" * ((65_536 - empty) // 2 + 1)})
        assert len(waiting.deliver()) == 1

    @pytest.mark.parametrize("delay", [-1, 900.1, float("nan")])
    def test_a_delay_out_of_bounds_is_a_mistake(self, waiting, delay):
        with pytest.raises(ValueError, match="0 to 900"):
            waiting.queue.send({}, delay=delay)

    def test_numbers_that_json_lacks_are_a_mistake(self, waiting):
        with pytest.raises(ValueError, match="JSON"):
            waiting.queue.send({"n": float("inf")})


class TestMail:
    def test_a_message_goes_out(self, posting):
        posting.mail.send(to="you@example.org", subject="Ihr Schlüssel", text="https://x/?t=ü\n")
        assert posting.count() == 1

    @pytest.mark.parametrize(
        "lines",
        [
            {"to": "you@example.org\r\nBcc: all@example.org", "subject": "x"},
            {"to": "you@example.org", "subject": "x\nBcc: all@example.org"},
            {"to": "", "subject": "x"},
        ],
    )
    def test_no_header_can_be_smuggled_in(self, posting, lines):
        with pytest.raises(ValueError, match="one line"):
            posting.mail.send(**lines, text="x")
        assert posting.count() == 0
