from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="DetectOptions")


@_attrs_define
class DetectOptions:
    """The options of `detect`.

    Attributes:
        deep (bool | Unset): Also decode PNG and WebP pixels, to read parameters hidden in their low bits. Default:
            False.
        verify (bool | Unset): Check C2PA signatures and hashes. Otherwise they are reported as unverified. Default:
            True.
        visible (bool | Unset): Decode the image and search it for visible marks of AI tools. Default: True.
        invisible (bool | Unset): Decode the image and search it for invisible watermarks with the payloads that public
            tools write by default. Takes seconds. Default: False.
    """

    deep: bool | Unset = False
    verify: bool | Unset = True
    visible: bool | Unset = True
    invisible: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        deep = self.deep

        verify = self.verify

        visible = self.visible

        invisible = self.invisible

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if deep is not UNSET:
            field_dict["deep"] = deep
        if verify is not UNSET:
            field_dict["verify"] = verify
        if visible is not UNSET:
            field_dict["visible"] = visible
        if invisible is not UNSET:
            field_dict["invisible"] = invisible

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        deep = d.pop("deep", UNSET)

        verify = d.pop("verify", UNSET)

        visible = d.pop("visible", UNSET)

        invisible = d.pop("invisible", UNSET)

        detect_options = cls(deep=deep, verify=verify, visible=visible, invisible=invisible)

        return detect_options
