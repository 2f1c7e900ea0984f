"""Expiry and queries of the records port; the same for each adapter."""

from __future__ import annotations

import pytest

from expunge.errors import InvalidRequest
from expunge.stores.ports import Add, Delete, Key, Put, Update
from tests.contract.test_records import COUNTER, JOB, refusal


class TestExpiry:
    """An expired item is absent for every read and condition, whether deleted yet or not."""

    @pytest.fixture(autouse=True)
    def expired(self, records, clock):
        records.write(Put(JOB, {"n": 7, "old": True}, expires_at=int(clock.now) + 10))
        clock.advance(10)

    def test_an_item_is_there_until_its_very_second(self, records, clock):
        clock.advance(-0.5)
        assert records.get(JOB) == {"n": 7, "old": True}
        assert len(records.query("job").entries) == 1
        clock.advance(0.5)
        assert records.get(JOB) is None
        assert records.query("job").entries == ()

    def test_put_if_absent_goes_through(self, records):
        records.write(Put(JOB, {"new": True}, if_absent=True))
        assert records.get(JOB) == {"new": True}

    @pytest.mark.parametrize(
        "change",
        [
            Update(JOB, {"n": 1}),
            Update(JOB, {}),
            Update(JOB, {"n": 1}, only_if={"n": [7]}),
            Delete(JOB, only_if={"n": [7]}),
            Add(JOB, "n", 2, ceiling=1),
        ],
    )
    def test_a_refusal_shows_no_item(self, records, change):
        assert refusal(records, change).item is None
        assert refusal(records, Put(COUNTER, {}), change).item is None
        assert records.get(COUNTER) is None

    def test_a_plain_delete_is_fine(self, records):
        records.write(Delete(JOB))
        assert records.get(JOB) is None

    @pytest.mark.parametrize("ceiling", [None, 5, 50])
    def test_add_starts_again_from_nothing(self, records, clock, ceiling):
        records.write(Add(JOB, "n", 1, ceiling=ceiling, expires_at=int(clock.now) + 5))
        assert records.get(JOB) == {"n": 1}
        clock.advance(5)
        assert records.get(JOB) is None

    def test_add_among_others_starts_again_from_nothing(self, records):
        records.write(Put(COUNTER, {"a": 1}), Add(JOB, "n", 1, ceiling=5))
        assert records.get(JOB) == {"n": 1}
        assert records.get(COUNTER) == {"a": 1}

    def test_several_expired_counters_start_again_at_once(self, records, clock):
        keys = [Key("window", str(number)) for number in range(4)]
        records.write(*[Add(key, "n", 9, expires_at=int(clock.now) + 1) for key in keys])
        clock.advance(1)
        records.write(*[Add(key, "n", 1, ceiling=1) for key in keys])
        assert [item for _, item in records.query("window").entries] == [{"n": 1}] * 4

    def test_add_leaves_the_expiry_of_an_item_alone(self, records, clock):
        records.write(Add(COUNTER, "n", 1, expires_at=int(clock.now) + 5))
        records.write(Add(COUNTER, "n", 1, expires_at=int(clock.now) + 50))
        records.write(Put(JOB, {}))
        records.write(Add(JOB, "n", 1, expires_at=int(clock.now) + 5))
        clock.advance(5)
        assert records.get(COUNTER) is None
        assert records.get(JOB) == {"n": 1}

    def test_update_leaves_the_expiry_alone(self, records, clock):
        records.write(Put(COUNTER, {"n": 1}, expires_at=int(clock.now) + 5))
        records.write(Update(COUNTER, {"n": 2}))
        clock.advance(5)
        assert records.get(COUNTER) is None

    def test_put_gives_a_new_expiry_or_none(self, records, clock):
        records.write(Put(COUNTER, {"n": 1}, expires_at=int(clock.now) + 5))
        records.write(Put(COUNTER, {"n": 2}))
        clock.advance(10**6)
        assert records.get(COUNTER) == {"n": 2}


class TestQuery:
    def put(self, records, *sorts: str, partition: str = "p", expires_at: int | None = None):
        for sort in sorts:
            records.write(Put(Key(partition, sort), {"sort": sort}, expires_at=expires_at))

    def sorts(self, page) -> list[str]:
        assert all(item == {"sort": sort} for sort, item in page.entries)
        return [sort for sort, _ in page.entries]

    def test_the_order_is_that_of_the_bytes(self, records):
        sorts = ["a", "B", "é", "z", "aa", "\uffff", "😀", "10", "9", "\ue000", "~"]
        self.put(records, *sorts)
        ordered = sorted(sorts, key=str.encode)
        assert self.sorts(records.query("p")) == ordered
        assert self.sorts(records.query("p", newest_first=True)) == ordered[::-1]

    def test_other_partitions_do_not_show(self, records):
        self.put(records, "a")
        self.put(records, "b", partition="pp")
        assert self.sorts(records.query("p")) == ["a"]
        assert records.query("q") == records.query("r")
        assert records.query("q").cursor is None

    @pytest.mark.parametrize("newest_first", [False, True])
    def test_a_prefix_narrows(self, records, newest_first):
        self.put(records, "job#", "job#1", "job#2", "job", "joc", "job$", "job#\U0010ffff", "k")
        found = self.sorts(records.query("p", prefix="job#", newest_first=newest_first))
        assert found[:: -1 if newest_first else 1] == ["job#", "job#1", "job#2", "job#\U0010ffff"]

    @pytest.mark.parametrize("prefix", ["\U0010ffff", "a\U0010ffff", "\ud7ff", "%", "_", "a*"])
    def test_a_prefix_is_taken_literally(self, records, prefix):
        inside = [prefix, prefix + "a", prefix + "\U0010ffff"]
        self.put(records, *inside, "a", "b", "\ue000", "x_", "&", "`")
        assert self.sorts(records.query("p", prefix=prefix)) == inside

    @pytest.mark.parametrize("newest_first", [False, True])
    @pytest.mark.parametrize("prefix", ["", "2"])
    def test_pages_follow_each_other_to_the_end(self, records, newest_first, prefix):
        self.put(records, *[f"{number:02}" for number in range(30)])
        found, cursor, pages = [], None, 0
        while True:
            page = records.query(
                "p", prefix=prefix, limit=5, cursor=cursor, newest_first=newest_first
            )
            found += self.sorts(page)
            pages += 1
            if (cursor := page.cursor) is None:
                break
            assert cursor == found[-1]
            assert len(page.entries) == 5
        expected = [f"{number:02}" for number in range(30) if f"{number:02}".startswith(prefix)]
        assert found == (expected[::-1] if newest_first else expected)
        assert pages == len(expected) / 5

    def test_a_cursor_outlives_its_item(self, records):
        self.put(records, "a", "b", "c", "d")
        cursor = records.query("p", limit=2).cursor
        records.write(Delete(Key("p", cursor)))
        assert self.sorts(records.query("p", cursor=cursor)) == ["c", "d"]
        assert self.sorts(records.query("p", cursor=cursor, newest_first=True)) == ["a"]

    def test_a_page_holds_its_limit_of_live_items(self, records, clock):
        self.put(records, *[f"a{n:03}" for n in range(120)], expires_at=int(clock.now) + 1)
        self.put(records, "b", "c", "d")
        clock.advance(1)
        page = records.query("p", limit=2)
        assert (self.sorts(page), page.cursor) == (["b", "c"], "c")
        assert self.sorts(records.query("p", limit=2, cursor="c")) == ["d"]

    def test_the_last_page_says_so_even_when_it_is_full_or_expired_items_follow(
        self, records, clock
    ):
        self.put(records, "a", "b")
        self.put(records, "c", expires_at=int(clock.now) + 1)
        clock.advance(1)
        assert records.query("p", limit=2).cursor is None

    def test_large_items_fit_a_page(self, records):
        for number in range(12):
            records.write(Put(Key("p", f"{number:02}"), {"body": "x" * 150_000}))
        page = records.query("p", limit=11)
        assert [sort for sort, _ in page.entries] == [f"{number:02}" for number in range(11)]
        assert page.cursor == "10"

    @pytest.mark.parametrize("cursor", ["", "other", "x" * 2_000])
    def test_a_foreign_cursor_is_refused(self, records, cursor):
        with pytest.raises(InvalidRequest, match="cursor"):
            records.query("p", prefix="x" if cursor == "other" else "", cursor=cursor)

    def test_a_page_without_room_is_a_mistake(self, records):
        with pytest.raises(ValueError, match="at least one"):
            records.query("p", limit=0)
