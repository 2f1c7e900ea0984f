from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.all_options_marks_type_0_item import AllOptionsMarksType0Item, check_all_options_marks_type_0_item
from ..models.all_options_strength import AllOptionsStrength, check_all_options_strength
from ..types import UNSET, Unset

T = TypeVar("T", bound="AllOptions")


@_attrs_define
class AllOptions:
    """The options of `all`.

    Attributes:
        strength (AllOptionsStrength | Unset): `low` changes the image least, `high` most. docs/explanation/invisible.md
            compares them. Default: 'medium'.
        model (None | str | Unset): Name of the operator's image-to-image model in models.toml. It replaces the built-in
            method; `strength` then has no effect.
        verify (bool | Unset): Search the result for the watermarks that `detect` can decode, and repeat at the next
            higher `strength` while one still decodes: up to three treatments. Default: False.
        marks (list[AllOptionsMarksType0Item] | None | Unset): The visible marks to search for. Default: all known
            marks.
        receipt (bool | Unset): Add a signed receipt: digests of both files and of their pixels, and what was removed
            and kept. Default: False.
    """

    strength: AllOptionsStrength | Unset = "medium"
    model: None | str | Unset = UNSET
    verify: bool | Unset = False
    marks: list[AllOptionsMarksType0Item] | None | Unset = UNSET
    receipt: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        strength: str | Unset = UNSET
        if not isinstance(self.strength, Unset):
            strength = self.strength

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        verify = self.verify

        marks: list[str] | None | Unset
        if isinstance(self.marks, Unset):
            marks = UNSET
        elif isinstance(self.marks, list):
            marks = []
            for marks_type_0_item_data in self.marks:
                marks_type_0_item: str = marks_type_0_item_data
                marks.append(marks_type_0_item)

        else:
            marks = self.marks

        receipt = self.receipt

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if strength is not UNSET:
            field_dict["strength"] = strength
        if model is not UNSET:
            field_dict["model"] = model
        if verify is not UNSET:
            field_dict["verify"] = verify
        if marks is not UNSET:
            field_dict["marks"] = marks
        if receipt is not UNSET:
            field_dict["receipt"] = receipt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _strength = d.pop("strength", UNSET)
        strength: AllOptionsStrength | Unset
        if isinstance(_strength, Unset):
            strength = UNSET
        else:
            strength = check_all_options_strength(_strength)

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        verify = d.pop("verify", UNSET)

        def _parse_marks(data: object) -> list[AllOptionsMarksType0Item] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                marks_type_0 = []
                _marks_type_0 = data
                for marks_type_0_item_data in _marks_type_0:
                    marks_type_0_item = check_all_options_marks_type_0_item(marks_type_0_item_data)

                    marks_type_0.append(marks_type_0_item)

                return marks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[AllOptionsMarksType0Item] | None | Unset, data)

        marks = _parse_marks(d.pop("marks", UNSET))

        receipt = d.pop("receipt", UNSET)

        all_options = cls(strength=strength, model=model, verify=verify, marks=marks, receipt=receipt)

        return all_options
