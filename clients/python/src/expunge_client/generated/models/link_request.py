from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="LinkRequest")


@_attrs_define
class LinkRequest:
    """A request for a sign-in link by e-mail.

    Attributes:
        email (str):
        keep_keys (bool | Unset): Whether the account takes over the API keys that this browser created as a guest. By
            default they are deleted, because another person may have created them. Default: False.
    """

    email: str
    keep_keys: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        email = self.email

        keep_keys = self.keep_keys

        field_dict: dict[str, Any] = {}

        field_dict.update({"email": email})
        if keep_keys is not UNSET:
            field_dict["keep_keys"] = keep_keys

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        email = d.pop("email")

        keep_keys = d.pop("keep_keys", UNSET)

        link_request = cls(email=email, keep_keys=keep_keys)

        return link_request
