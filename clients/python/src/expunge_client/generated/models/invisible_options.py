from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.invisible_options_strength import InvisibleOptionsStrength, check_invisible_options_strength
from ..types import UNSET, Unset

T = TypeVar("T", bound="InvisibleOptions")


@_attrs_define
class InvisibleOptions:
    """The options of `invisible`.

    Attributes:
        strength (InvisibleOptionsStrength | Unset): `low` changes the image least, `high` most.
            docs/explanation/invisible.md compares them. Default: 'medium'.
        model (None | str | Unset): Name of the operator's image-to-image model in models.toml. It replaces the built-in
            method; `strength` then has no effect.
        verify (bool | Unset): Search the result for the watermarks that `detect` can decode, and repeat at the next
            higher `strength` while one still decodes: up to three treatments. Default: False.
        receipt (bool | Unset): Add a signed receipt: digests of both files and of their pixels, and what was removed
            and kept. Default: False.
    """

    strength: InvisibleOptionsStrength | Unset = "medium"
    model: None | str | Unset = UNSET
    verify: bool | Unset = False
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

        receipt = self.receipt

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if strength is not UNSET:
            field_dict["strength"] = strength
        if model is not UNSET:
            field_dict["model"] = model
        if verify is not UNSET:
            field_dict["verify"] = verify
        if receipt is not UNSET:
            field_dict["receipt"] = receipt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _strength = d.pop("strength", UNSET)
        strength: InvisibleOptionsStrength | Unset
        if isinstance(_strength, Unset):
            strength = UNSET
        else:
            strength = check_invisible_options_strength(_strength)

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        verify = d.pop("verify", UNSET)

        receipt = d.pop("receipt", UNSET)

        invisible_options = cls(strength=strength, model=model, verify=verify, receipt=receipt)

        return invisible_options
