"""The contract of the records port for one caller's reads and writes."""

from __future__ import annotations

import pytest

from expunge.stores.ports import Add, Delete, Key, Put, Update, WriteRefused

JOB = Key("job", "1")
COUNTER = Key("counter", "1")


def refusal(records, *changes) -> WriteRefused:
    with pytest.raises(WriteRefused) as refused:
        records.write(*changes)
    return refused.value


class TestItems:
    def test_an_item_comes_back_as_it_was_put(self, records):
        item = {
            "text": "Grüße, 世界 🌍 \x00 \"'",
            "empty": "",
            "none": None,
            "yes": True,
            "no": False,
            "zero": 0,
            "exact": 10**38 - 1,
            "negative": -(2**63) - 1,
            "float": 0.1,
            "tiny": 5e-130,
            "huge": -1.7976931348623157e125,
            "third": 1 / 3,
            "list": [1, [2.5, []], {}, "x"],
            "map": {"a.b": {"c": [None]}, "#d": True},
        }
        records.write(Put(JOB, item))
        assert records.get(JOB) == item
        assert isinstance(records.get(JOB)["zero"], int)
        assert records.get(JOB)["yes"] is True

    def test_floats_read_back_equal(self, records):
        floats = [0.0, 1.0, -2.0, 1e23, 2.0**70, 1e38, 1e50, 123456789.123456789, 2.2e-16]
        records.write(Put(JOB, {"floats": floats}))
        assert records.get(JOB)["floats"] == floats

    def test_field_names_are_arbitrary(self, records):
        item = dict.fromkeys(["pk", "sk", "expires_at", "_", "__", "a.b", "#a", ":a", "a[0]"], 1)
        item |= dict.fromkeys(["status", "size", "ttl", "naïve name"], 1)
        records.write(Put(JOB, item))
        records.write(Update(JOB, dict.fromkeys(item, 2), only_if={n: [1] for n in item}))
        records.write(Add(JOB, "a.b", 1))
        assert records.get(JOB) == dict.fromkeys(item, 2) | {"a.b": 3}

    def test_an_item_that_was_never_put_is_none(self, records):
        assert records.get(JOB) is None

    def test_an_empty_item_is_an_item(self, records):
        records.write(Put(JOB, {}))
        assert records.get(JOB) == {}
        assert refusal(records, Put(JOB, {}, if_absent=True)).item == {}

    def test_partition_and_sort_key_are_not_run_together(self, records):
        records.write(Put(Key("a", "bc"), {"n": 1}), Put(Key("ab", "c"), {"n": 2}))
        assert records.get(Key("a", "bc")) == {"n": 1}
        assert records.get(Key("ab", "c")) == {"n": 2}

    @pytest.mark.parametrize("key", [Key("", "a"), Key("a", ""), Key("é" * 513, "a")])
    def test_a_key_out_of_bounds_is_a_mistake(self, records, key):
        with pytest.raises(ValueError, match="1024 bytes"):
            records.write(Put(key, {}))
        with pytest.raises(ValueError, match="1024 bytes"):
            records.get(key)

    def test_numbers_that_json_lacks_are_a_mistake(self, records):
        with pytest.raises(ValueError):  # noqa: PT011
            records.write(Put(JOB, {"n": float("nan")}))
        assert records.get(JOB) is None


class TestPut:
    def test_put_replaces_the_whole_item(self, records):
        records.write(Put(JOB, {"a": 1, "b": 2}))
        records.write(Put(JOB, {"a": 3}))
        assert records.get(JOB) == {"a": 3}

    def test_put_if_absent_is_refused_by_an_item_that_is_there(self, records):
        records.write(Put(JOB, {"owner": "first"}, if_absent=True))
        refused = refusal(records, Put(JOB, {"owner": "second"}, if_absent=True))
        assert (refused.index, refused.item) == (0, {"owner": "first"})
        assert records.get(JOB) == {"owner": "first"}


class TestUpdate:
    def test_update_sets_the_named_fields_only(self, records):
        records.write(Put(JOB, {"state": "queued", "mode": "metadata"}))
        records.write(Update(JOB, {"state": "processing", "worker": [1]}))
        assert records.get(JOB) == {"state": "processing", "mode": "metadata", "worker": [1]}

    def test_update_of_an_absent_item_is_refused(self, records):
        refused = refusal(records, Update(JOB, {"state": "queued"}))
        assert (refused.index, refused.item) == (0, None)
        assert records.get(JOB) is None

    def test_update_goes_through_when_the_field_equals_one_of_the_values(self, records):
        records.write(Put(JOB, {"state": "queued"}))
        records.write(Update(JOB, {"state": "done"}, only_if={"state": ["processing", "queued"]}))
        assert records.get(JOB) == {"state": "done"}

    def test_update_is_refused_when_the_field_equals_none_of_them(self, records):
        records.write(Put(JOB, {"state": "done", "n": 1}))
        change = Update(JOB, {"state": "x"}, only_if={"n": [1], "state": ["queued"]})
        assert refusal(records, change).item == {"state": "done", "n": 1}
        assert records.get(JOB) == {"state": "done", "n": 1}

    def test_an_absent_field_equals_none(self, records):
        records.write(Put(JOB, {}))
        records.write(Update(JOB, {"lease": None}, only_if={"lease": ["x", None]}))
        records.write(Update(JOB, {"lease": "me"}, only_if={"lease": [None]}))
        assert refusal(records, Update(JOB, {}, only_if={"lease": [None]})).item == {"lease": "me"}

    def test_an_absent_field_equals_nothing_else(self, records):
        records.write(Put(JOB, {}))
        refusal(records, Update(JOB, {"a": 1}, only_if={"lease": ["", 0, False, [], {}]}))

    def test_an_update_that_sets_nothing_still_has_its_condition(self, records):
        refusal(records, Update(JOB, {}))
        records.write(Put(JOB, {"a": 1}))
        records.write(Update(JOB, {}, only_if={"a": [1]}))
        records.write(Update(JOB, {}, only_if={"a": [1]}), Put(COUNTER, {"n": 1}))
        refusal(records, Update(JOB, {}, only_if={"a": [2]}), Put(COUNTER, {"n": 2}))
        assert (records.get(JOB), records.get(COUNTER)) == ({"a": 1}, {"n": 1})

    @pytest.mark.parametrize(
        ("stored", "asked"),
        [
            ("1", 1),
            ([1, 2], [2, 1]),
            ({"a": 1}, {"a": 1, "b": None}),
            (None, False),
        ],
    )
    def test_values_of_other_types_are_not_equal(self, records, stored, asked):
        records.write(Put(JOB, {"field": stored}))
        refusal(records, Update(JOB, {"field": 1}, only_if={"field": [asked]}))

    @pytest.mark.parametrize(
        ("stored", "asked"), [(True, 1), (0, False), ([1], [True]), ({"a": 0}, {"a": False})]
    )
    def test_a_truth_value_is_no_number(self, records, stored, asked):
        records.write(Put(JOB, {"field": stored}))
        refusal(records, Update(JOB, {"field": 1}, only_if={"field": [asked]}))

    @pytest.mark.parametrize("value", [True, 0, 1.5, 1e23, "", [1, {"a": [2.5]}], {"b": {}}, None])
    def test_equal_values_are_equal(self, records, value):
        records.write(Put(JOB, {"field": value}))
        records.write(Update(JOB, {"seen": True}, only_if={"field": [value]}))
        assert records.get(JOB)["seen"] is True

    def test_a_condition_without_values_is_a_mistake(self, records):
        with pytest.raises(ValueError, match="at least one value"):
            records.write(Update(JOB, {}, only_if={"a": []}))


class TestAdd:
    def test_an_absent_item_and_an_absent_field_count_as_zero(self, records):
        records.write(Add(COUNTER, "n", 5))
        records.write(Add(COUNTER, "m", -2))
        records.write(Add(COUNTER, "n", -7))
        assert records.get(COUNTER) == {"n": -2, "m": -2}

    def test_large_sums_stay_exact(self, records):
        records.write(Add(COUNTER, "n", 10**30))
        records.write(Add(COUNTER, "n", 1))
        assert records.get(COUNTER) == {"n": 10**30 + 1}

    def test_a_sum_may_reach_the_ceiling_and_not_pass_it(self, records):
        records.write(Add(COUNTER, "n", 3, ceiling=5))
        records.write(Add(COUNTER, "n", 2, ceiling=5))
        assert refusal(records, Add(COUNTER, "n", 1, ceiling=5)).item == {"n": 5}
        assert records.get(COUNTER) == {"n": 5}

    def test_a_sum_may_reach_the_floor_and_not_fall_below_it(self, records):
        records.write(Add(COUNTER, "n", 3))
        records.write(Add(COUNTER, "n", -3, floor=0))
        assert refusal(records, Add(COUNTER, "n", -1, floor=0)).item == {"n": 0}

    def test_both_bounds_hold_at_once(self, records):
        records.write(Add(COUNTER, "n", 1, floor=1, ceiling=1))
        refusal(records, Add(COUNTER, "n", 1, floor=0, ceiling=1))
        refusal(records, Add(COUNTER, "n", -2, floor=0, ceiling=1))

    def test_zero_is_not_exempt_from_the_bounds(self, records):
        assert refusal(records, Add(COUNTER, "n", 6, ceiling=5)).item is None
        assert refusal(records, Add(COUNTER, "n", -1, floor=0)).item is None
        records.write(Put(COUNTER, {"m": 1}))
        assert refusal(records, Add(COUNTER, "n", 6, ceiling=5)).item == {"m": 1}
        assert records.get(COUNTER) == {"m": 1}

    def test_other_fields_stay(self, records):
        records.write(Put(COUNTER, {"n": 1, "name": "x"}))
        records.write(Add(COUNTER, "n", 1))
        assert records.get(COUNTER) == {"n": 2, "name": "x"}


class TestDelete:
    def test_a_deleted_item_is_absent(self, records):
        records.write(Put(JOB, {"a": 1}))
        records.write(Delete(JOB))
        assert records.get(JOB) is None

    def test_deleting_an_absent_item_is_fine(self, records):
        records.write(Delete(JOB))

    def test_a_conditional_delete_is_refused_by_absence(self, records):
        assert refusal(records, Delete(JOB, only_if={"a": [None]})).item is None

    def test_a_conditional_delete_is_refused_by_another_value(self, records):
        records.write(Put(JOB, {"a": 1}))
        assert refusal(records, Delete(JOB, only_if={"a": [2, None]})).item == {"a": 1}
        records.write(Delete(JOB, only_if={"a": [2, 1]}))
        assert records.get(JOB) is None


class TestSeveralChanges:
    def test_all_of_them_are_done(self, records):
        records.write(Put(JOB, {"state": "queued"}), Put(Key("job", "2"), {}))
        records.write(
            Update(JOB, {"state": "canceled"}, only_if={"state": ["queued"]}),
            Add(COUNTER, "n", 1, ceiling=1),
            Delete(Key("job", "2")),
            Put(Key("job", "3"), {"new": True}, if_absent=True),
        )
        assert records.get(JOB) == {"state": "canceled"}
        assert records.get(COUNTER) == {"n": 1}
        assert records.get(Key("job", "2")) is None
        assert records.get(Key("job", "3")) == {"new": True}

    def test_a_refused_write_leaves_nothing_behind(self, records):
        records.write(Put(JOB, {"state": "done"}), Add(COUNTER, "n", 1))
        refused = refusal(
            records,
            Put(Key("new", "1"), {"a": 1}),
            Add(COUNTER, "n", 1),
            Delete(Key("old", "1")),
            Update(JOB, {"state": "x"}, only_if={"state": ["queued"]}),
        )
        assert (refused.index, refused.item) == (3, {"state": "done"})
        assert records.get(Key("new", "1")) is None
        assert records.get(COUNTER) == {"n": 1}

    def test_the_first_refusal_is_told(self, records):
        records.write(Put(JOB, {"a": 1}))
        refused = refusal(
            records,
            Put(Key("job", "2"), {}),
            Add(COUNTER, "n", 2, ceiling=1),
            Put(JOB, {}, if_absent=True),
        )
        assert (refused.index, refused.item) == (1, None)

    def test_a_hundred_changes_are_one_write(self, records):
        keys = [Key("many", f"{number:03}") for number in range(101)]
        records.write(*[Put(key, {"n": 1}) for key in keys[:100]])
        assert len(records.query("many", limit=200).entries) == 100
        with pytest.raises(ValueError, match="1 to 100 changes"):
            records.write(*[Delete(key) for key in keys])

    def test_no_change_at_all_is_a_mistake(self, records):
        with pytest.raises(ValueError, match="1 to 100 changes"):
            records.write()

    def test_two_changes_of_one_key_are_a_mistake(self, records):
        with pytest.raises(ValueError, match="one change for each key"):
            records.write(Put(JOB, {}), Add(JOB, "n", 1))
