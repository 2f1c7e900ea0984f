from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from typing import Any, TypeVar

from attrs import define as _attrs_define

from .. import types
from ..types import UNSET, File, Unset

T = TypeVar("T", bound="CreateBatchFilesBody")


@_attrs_define
class CreateBatchFilesBody:
    """
    Attributes:
        image (list[File]): The files. A request has at most 10 MB on a server of your own, and 6 MB on AWS; send more
            through `POST /api/v1/uploads`.
        mode (str): What to do with every file.
        options (str | Unset): A JSON object. Default: '{}'.
        zip_ (bool | Unset):  Default: False.
        webhook_url (str | Unset):  Default: ''.
        purpose (str | Unset):  Default: ''.
    """

    image: list[File]
    mode: str
    options: str | Unset = "{}"
    zip_: bool | Unset = False
    webhook_url: str | Unset = ""
    purpose: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        image = []
        for image_item_data in self.image:
            image_item = image_item_data.to_tuple()

            image.append(image_item)

        mode = self.mode

        options = self.options

        zip_ = self.zip_

        webhook_url = self.webhook_url

        purpose = self.purpose

        field_dict: dict[str, Any] = {}

        field_dict.update({"image": image, "mode": mode})
        if options is not UNSET:
            field_dict["options"] = options
        if zip_ is not UNSET:
            field_dict["zip"] = zip_
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        if purpose is not UNSET:
            field_dict["purpose"] = purpose

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        for image_item_element in self.image:
            files.append(("image", image_item_element.to_tuple()))

        files.append(("mode", (None, str(self.mode).encode(), "text/plain")))

        if not isinstance(self.options, Unset):
            files.append(("options", (None, str(self.options).encode(), "text/plain")))

        if not isinstance(self.zip_, Unset):
            files.append(("zip", (None, str(self.zip_).encode(), "text/plain")))

        if not isinstance(self.webhook_url, Unset):
            files.append(("webhook_url", (None, str(self.webhook_url).encode(), "text/plain")))

        if not isinstance(self.purpose, Unset):
            files.append(("purpose", (None, str(self.purpose).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        image = []
        _image = d.pop("image")
        for image_item_data in _image:
            image_item = File(payload=BytesIO(image_item_data))

            image.append(image_item)

        mode = d.pop("mode")

        options = d.pop("options", UNSET)

        zip_ = d.pop("zip", UNSET)

        webhook_url = d.pop("webhook_url", UNSET)

        purpose = d.pop("purpose", UNSET)

        create_batch_files_body = cls(image=image, mode=mode, options=options, zip_=zip_, webhook_url=webhook_url, purpose=purpose)

        return create_batch_files_body
