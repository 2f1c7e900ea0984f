from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="ComplaintCreate")


@_attrs_define
class ComplaintCreate:
    """A complaint about a refused file.

    Attributes:
        sha256 (str): SHA-256 of the refused file, as the problem's `detail` names it.
        note (str | Unset): What the picture shows. Send no image. Default: ''.
    """

    sha256: str
    note: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        sha256 = self.sha256

        note = self.note

        field_dict: dict[str, Any] = {}

        field_dict.update({"sha256": sha256})
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        sha256 = d.pop("sha256")

        note = d.pop("note", UNSET)

        complaint_create = cls(sha256=sha256, note=note)

        return complaint_create
