"""JSON, query parameters and flags give the same options and the same errors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.clean.request import no_picture
from expunge.cli.flags import flag_name
from expunge.errors import ValidationFailed
from expunge.operations import MODES
from expunge.operations.options.described import Option, options_of
from tests.unit.options import interfaces

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

TYPED = [(mode, option) for mode in MODES for option in options_of(MODES[mode].options_type)]
IN_QUERIES = [(mode, option) for mode, option in TYPED if option.in_url]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(-1e9, 1e9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=4,
)
NAMES = {mode.options_type.__name__ for mode in MODES.values()} | {
    "DetectorName", "MarkName", "OutputFormat", "VisibleFormat", "StrEnum", "Annotated", "function",
    "tuple", "constrained", "frozenset",
}  # fmt: skip


def values(option: Option) -> SearchStrategy[Any]:
    """Values of an option's type, inside and outside its range."""
    of_kind: dict[str, SearchStrategy[Any]] = {
        "boolean": st.booleans(),
        "integer": st.integers(-2, 1200),
        "number": st.floats(-1, 2).map(lambda number: round(number, 3)),
        "string": st.sampled_from([*option.choices, "#12ab34", "nonsense"]),
    }
    if option.holds_lists:
        box = st.lists(st.integers(-5, 300), min_size=3, max_size=5)
        return st.lists(st.integers(-1, 20) | box, max_size=4)
    if option.kind == "array":
        words = st.sampled_from([*option.choices, "nonsense"])
        return st.lists(words if option.choices else st.integers(-1, 99), max_size=5)
    return of_kind[option.kind]


def written(option: Option, value: Any, *, repeated: bool) -> list[str]:
    """A value as a person writes it: a list by repetition, or with commas."""
    if option.holds_lists:
        return [",".join(map(str, one)) if isinstance(one, list) else str(one) for one in value]
    if option.kind == "array":
        return [str(one) for one in value] if repeated else [",".join(map(str, value))]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def validated(mode: str, options: dict[str, Any]) -> object:
    try:
        return MODES[mode].options(options).model_dump(mode="json", exclude_unset=True)
    except ValidationFailed as error:
        return {error.pointer for error in error.errors}


def by_flags(mode: str, arguments: list[str]) -> tuple[object, str | None]:
    """The validated options and ``None``, or ``None`` and the usage error of the command line."""
    try:
        return validated(mode, interfaces.by_flags(mode, arguments)), None
    except click.UsageError as error:
        return None, error.format_message()


@pytest.mark.parametrize(("mode", "option"), IN_QUERIES, ids=lambda one: getattr(one, "name", one))
@settings(max_examples=30, deadline=None)
@given(data=st.data(), repeated=st.booleans())
def test_json_query_and_flags_give_the_same_options(
    mode: str, option: Option, data: st.DataObject, repeated: bool
) -> None:
    value = data.draw(values(option))
    expected = validated(mode, {option.name: value})
    words = written(option, value, repeated=repeated)

    if words and no_picture(mode) is None:
        try:
            read: object = interfaces.by_query(mode, [(option.name, word) for word in words])
        except ValidationFailed as error:
            read = {error.pointer for error in error.errors}
        assert read == expected
    if words and not option.is_file:
        flag = flag_name(option.name)
        arguments = [part for word in words for part in (flag, word)]
        if option.kind == "boolean":
            arguments = [flag if value else flag.replace("--", "--no-", 1)]
        parsed, refused = by_flags(mode, arguments)
        assert parsed == expected if refused is None else isinstance(expected, set)
        assert refused is None or flag in refused


@pytest.mark.parametrize(("mode", "option"), TYPED, ids=lambda one: getattr(one, "name", one))
@settings(max_examples=40)
@given(value=JSON)
def test_the_error_for_a_wrong_value_has_a_pointer_and_no_class_names(
    mode: str, option: Option, value: object
) -> None:
    try:
        MODES[mode].options({option.name: value})
    except ValidationFailed as error:
        for one in error.errors:
            assert re.match(rf"^/options(/{option.name}(/|$)|$)", one.pointer)
            assert not [name for name in NAMES if name in one.pointer + one.detail]


@pytest.mark.parametrize("mode", MODES)
@given(name=st.text(min_size=1, max_size=12))
def test_the_error_for_an_unknown_option_has_a_pointer(mode: str, name: str) -> None:
    if name in MODES[mode].options_type.model_fields:
        return
    with pytest.raises(ValidationFailed) as refused:
        MODES[mode].options({name: 1})

    (error,) = refused.value.errors
    assert error.pointer == "/options/" + name.replace("~", "~0").replace("/", "~1")
    assert error.detail == "there is no such field"
