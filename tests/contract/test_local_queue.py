"""The receiving side of the local queue, and the local outbox for mail."""

from __future__ import annotations

import email
import email.policy
import logging
import stat
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from expunge.stores.local.database import Database
from expunge.stores.local.mail import FolderMail
from expunge.stores.local.queue import SqliteQueue


@pytest.fixture
def queue(database, clock) -> SqliteQueue:
    return SqliteQueue(database, max_receives=3, clock=clock)


class TestReceive:
    def test_an_empty_queue_gives_none(self, queue):
        assert queue.receive(30) is None

    def test_the_longest_visible_comes_first(self, queue, clock):
        queue.send({"n": 1}, delay=5)
        queue.send({"n": 2})
        queue.send({"n": 3})
        clock.advance(10)
        queue.send({"n": 4})
        order = [queue.receive(30).message["n"] for _ in range(4)]
        assert order == [2, 3, 1, 4]

    def test_no_message_waits_for_hours_after_the_clock_was_stepped_back(self, queue, clock):
        queue.send({"n": 1}, delay=900)
        queue.send({"n": 2})
        queue.receive(900)
        assert queue.receive(30) is None
        clock.advance(-3 * 3600)

        assert {queue.receive(30).message["n"] for _ in range(2)} == {1, 2}
        assert queue.receive(30) is None
        assert queue.backlog().messages == 0

    def test_a_message_is_invisible_while_it_is_held(self, queue, clock):
        queue.send({"n": 1})
        first = queue.receive(30)
        clock.advance(29.9)
        assert queue.receive(30) is None
        clock.advance(0.1)
        second = queue.receive(30)
        assert (first.id, first.attempts, second.attempts) == (second.id, 1, 2)
        assert first.receipt_handle != second.receipt_handle

    def test_no_two_receivers_get_the_same_delivery(self, queue):
        for number in range(40):
            queue.send({"n": number})
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(lambda _: queue.receive(30), range(50)))
        assert sorted(one.message["n"] for one in got if one) == list(range(40))

    def test_messages_outlive_the_process(self, queue, clock, database, tmp_path):
        queue.send({"n": 1})
        database.close()
        with Database(tmp_path / "expunge.sqlite3") as reopened:
            assert SqliteQueue(reopened, clock=clock).receive(30).message == {"n": 1}

    def test_receiving_is_no_slower_from_a_hundred_thousand(self, queue, database, clock):
        def steps() -> int:
            """The number of SQLite VM steps for one receive and its acknowledgement."""
            count = 0

            def step() -> None:
                nonlocal count
                count += 1

            with database.read() as connection:  # the one that receive then gets, too
                connection.set_progress_handler(step, 1)
            queue.ack(queue.receive(30))
            with database.read() as connection:
                connection.set_progress_handler(None, 1)
            return count

        for number in range(10):
            queue.send({"n": number})
        few = steps()
        with database.write() as connection:
            connection.executemany(
                "INSERT INTO messages (body, visible_at) VALUES ('{}', ?)",
                ((clock.now + number % 7 - 3,) for number in range(100_000)),
            )
        assert few <= steps() < 2 * few


class TestDelivery:
    def test_an_acknowledged_message_is_gone(self, queue, clock):
        queue.send({"n": 1})
        assert queue.ack(queue.receive(30)) is True
        clock.advance(100)
        assert queue.receive(30) is None

    def test_only_the_current_receipt_may(self, queue, clock):
        queue.send({"n": 1})
        old = queue.receive(30)
        clock.advance(30)
        current = queue.receive(30)
        assert not queue.ack(old)
        assert not queue.extend(old, 1_000)
        assert not queue.release(old)
        assert queue.receive(30) is None
        assert queue.ack(current)
        assert not queue.ack(current)

    def test_an_extended_message_stays_invisible(self, queue, clock):
        queue.send({"n": 1})
        delivery = queue.receive(30)
        clock.advance(20)
        assert queue.extend(delivery, 30)
        clock.advance(29)
        assert queue.receive(30) is None
        clock.advance(1)
        assert queue.receive(30).id == delivery.id

    def test_a_released_message_comes_up_again_after_its_delay(self, queue, clock):
        queue.send({"n": 1})
        delivery = queue.receive(30)
        assert queue.release(delivery, 5)
        assert not queue.ack(delivery)
        assert queue.receive(30) is None
        clock.advance(5)
        assert queue.receive(30).attempts == 2


class TestDeadMessages:
    def kill(self, queue, clock) -> None:
        for _ in range(3):
            assert queue.receive(30) is not None
            clock.advance(30)
        assert queue.receive(30) is None

    def test_a_message_received_too_often_is_dead(self, queue, clock):
        queue.send({"n": 1})
        assert queue.peek(9) == []
        self.kill(queue, clock)
        (dead,) = queue.peek(9)
        assert (dead.message, dead.since) == ({"n": 1}, clock.now)

    def test_a_dead_message_does_not_hold_up_the_next(self, queue, clock):
        queue.send({"n": 1})
        for _ in range(3):
            queue.receive(30)
            clock.advance(30)
        queue.send({"n": 2})
        assert queue.receive(30).message == {"n": 2}

    def test_a_redriven_message_starts_anew(self, queue, clock):
        queue.send({"n": 1})
        self.kill(queue, clock)
        assert queue.redrive() == 1
        assert queue.peek(9) == []
        assert queue.receive(30).attempts == 1
        assert queue.redrive() == 0

    def test_a_limit_that_lets_nothing_through_is_a_mistake(self, database):
        with pytest.raises(ValueError, match="at least once"):
            SqliteQueue(database, max_receives=0)


@pytest.mark.parametrize("terminal", [True, False])
def test_the_outbox_keeps_the_message_and_a_terminal_shows_its_link(
    tmp_path, clock, caplog, capsys, monkeypatch, terminal
):
    outbox = tmp_path / "outbox"
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal)
    with caplog.at_level(logging.WARNING):
        FolderMail(outbox, clock=clock).send(
            to="you@example.org", subject="Ihr Schlüssel", text="Zur Tür: https://x/?token=1\n"
        )
    assert ("https://x/?token=1" in capsys.readouterr().err) is terminal
    assert "token" not in caplog.text
    (path,) = outbox.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert (message["To"], message["Subject"]) == ("you@example.org", "Ihr Schlüssel")
    assert message.get_content() == "Zur Tür: https://x/?token=1\n"
    assert message["Date"].datetime.timestamp() == clock.now
