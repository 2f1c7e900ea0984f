from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

T = TypeVar("T", bound="TopUpRequest")


@_attrs_define
class TopUpRequest:
    """The pack of credits to buy.

    Attributes:
        pack (str): The id of a pack from `listPacks`.
    """

    pack: str

    def to_dict(self) -> dict[str, Any]:
        pack = self.pack

        field_dict: dict[str, Any] = {}

        field_dict.update({"pack": pack})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        pack = d.pop("pack")

        top_up_request = cls(pack=pack)

        return top_up_request
