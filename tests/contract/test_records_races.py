"""The contract of the records port under concurrent callers."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from expunge.stores.ports import Add, Key, Put, Update, WriteRefused

COUNTER = Key("counter", "1")
JOB = Key("job", "1")


def at_once(call, number: int) -> list:
    """The results of ``number`` threads, each called with its own index."""
    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(call, range(number)))


def accepted(records, *changes) -> bool:
    try:
        records.write(*changes)
    except WriteRefused:
        return False
    return True


def test_fifty_threads_never_pass_a_ceiling(records):
    answers = at_once(lambda _: accepted(records, Add(COUNTER, "n", 1, ceiling=20)), 50)
    assert sum(answers) == 20
    assert records.get(COUNTER) == {"n": 20}


def test_no_addition_is_lost(records):
    at_once(lambda n: records.write(Add(COUNTER, "n", n)), 50)
    assert records.get(COUNTER) == {"n": sum(range(50))}


def test_of_racing_updates_exactly_one_wins(records):
    records.write(Put(JOB, {"state": "queued"}))

    def claim(worker: int) -> bool:
        change = Update(JOB, {"state": "processing", "by": worker}, only_if={"state": ["queued"]})
        return accepted(records, change)

    answers = at_once(claim, 20)
    assert sum(answers) == 1
    assert records.get(JOB) == {"state": "processing", "by": answers.index(True)}


def test_of_racing_creations_exactly_one_wins(records):
    answers = at_once(lambda n: accepted(records, Put(JOB, {"by": n}, if_absent=True)), 20)
    assert sum(answers) == 1
    assert records.get(JOB) == {"by": answers.index(True)}


def test_of_racing_creations_over_an_expired_item_exactly_one_wins(records, clock):
    records.write(Put(JOB, {}, expires_at=int(clock.now)))
    answers = at_once(lambda n: accepted(records, Put(JOB, {"by": n}, if_absent=True)), 20)
    assert sum(answers) == 1


def test_a_counter_that_expired_starts_again_once(records, clock):
    records.write(Put(COUNTER, {"n": 99}, expires_at=int(clock.now)))
    answers = at_once(lambda _: accepted(records, Add(COUNTER, "n", 1, ceiling=10)), 20)
    assert sum(answers) == 10
    assert records.get(COUNTER) == {"n": 10}


def test_racing_writes_of_several_changes_are_done_whole(records):
    def admit(caller: int) -> bool:
        return accepted(
            records,
            Add(COUNTER, "n", 1, ceiling=7),
            Put(Key("admitted", f"{caller:02}"), {}, if_absent=True),
        )

    answers = at_once(admit, 20)
    assert sum(answers) == 7
    assert records.get(COUNTER) == {"n": 7}
    submitted = [int(sort) for sort, _ in records.query("admitted").entries]
    assert submitted == [caller for caller, answer in enumerate(answers) if answer]
