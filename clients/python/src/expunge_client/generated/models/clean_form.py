from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, TypeVar

from attrs import define as _attrs_define

from .. import types
from ..types import UNSET, File, FileTypes, Unset

T = TypeVar("T", bound="CleanForm")


@_attrs_define
class CleanForm:
    """An image to clean. It may also have the mode and the options of the query.

    Attributes:
        image (File | Unset): The file, up to 10 MB. Give this, `object_key` or `image_url`.
        object_key (str | Unset): From `POST /api/v1/uploads`. Default: ''.
        image_url (str | Unset): A public https URL from which the service fetches the image. Default: ''.
        webhook_url (str | Unset): A public https URL that receives a message when the job ends. Default: ''.
        purpose (str | Unset): What this is for, in a few words. It is stored with the job. Some servers require it;
            `GET /api/v1/config` tells. Default: ''.
    """

    image: File | Unset = UNSET
    object_key: str | Unset = ""
    image_url: str | Unset = ""
    webhook_url: str | Unset = ""
    purpose: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        image: FileTypes | Unset = UNSET
        if not isinstance(self.image, Unset):
            image = self.image.to_tuple()

        object_key = self.object_key

        image_url = self.image_url

        webhook_url = self.webhook_url

        purpose = self.purpose

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if image is not UNSET:
            field_dict["image"] = image
        if object_key is not UNSET:
            field_dict["object_key"] = object_key
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        if purpose is not UNSET:
            field_dict["purpose"] = purpose

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        if not isinstance(self.image, Unset):
            files.append(("image", self.image.to_tuple()))

        if not isinstance(self.object_key, Unset):
            files.append(("object_key", (None, str(self.object_key).encode(), "text/plain")))

        if not isinstance(self.image_url, Unset):
            files.append(("image_url", (None, str(self.image_url).encode(), "text/plain")))

        if not isinstance(self.webhook_url, Unset):
            files.append(("webhook_url", (None, str(self.webhook_url).encode(), "text/plain")))

        if not isinstance(self.purpose, Unset):
            files.append(("purpose", (None, str(self.purpose).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _image = d.pop("image", UNSET)
        image: File | Unset
        if isinstance(_image, Unset):
            image = UNSET
        else:
            image = File(payload=BytesIO(_image))

        object_key = d.pop("object_key", UNSET)

        image_url = d.pop("image_url", UNSET)

        webhook_url = d.pop("webhook_url", UNSET)

        purpose = d.pop("purpose", UNSET)

        clean_form = cls(image=image, object_key=object_key, image_url=image_url, webhook_url=webhook_url, purpose=purpose)

        return clean_form
