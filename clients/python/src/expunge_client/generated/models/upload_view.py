from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.upload_view_headers import UploadViewHeaders


T = TypeVar("T", bound="UploadView")


@_attrs_define
class UploadView:
    """The URL to upload the file to, with the method and headers to use.

    Attributes:
        upload_url (str):
        object_key (str):
        expires_at (datetime.datetime):
        method (str):
        headers (UploadViewHeaders): Headers for the PUT. Length and type are signed. `if-none-match` is optional: with
            it, a second PUT is refused with 412 or 409.
        source_url (str): URL of the uploaded file, readable for 15 minutes. Use it wherever a URL of an image is
            expected: this service reads it from its own store.
    """

    upload_url: str
    object_key: str
    expires_at: datetime.datetime
    method: str
    headers: UploadViewHeaders
    source_url: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        upload_url = self.upload_url

        object_key = self.object_key

        expires_at = self.expires_at.isoformat()

        method = self.method

        headers = self.headers.to_dict()

        source_url = self.source_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "upload_url": upload_url,
                "object_key": object_key,
                "expires_at": expires_at,
                "method": method,
                "headers": headers,
                "source_url": source_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.upload_view_headers import UploadViewHeaders  # noqa: PLC0415

        d = dict(src_dict)
        upload_url = d.pop("upload_url")

        object_key = d.pop("object_key")

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        method = d.pop("method")

        headers = UploadViewHeaders.from_dict(d.pop("headers"))

        source_url = d.pop("source_url")

        upload_view = cls(
            upload_url=upload_url, object_key=object_key, expires_at=expires_at, method=method, headers=headers, source_url=source_url
        )

        upload_view.additional_properties = d
        return upload_view

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
