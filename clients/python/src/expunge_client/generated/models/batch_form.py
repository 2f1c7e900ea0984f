from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from .. import types
from ..models.batch_form_mode import BatchFormMode, check_batch_form_mode
from ..types import UNSET, File, Unset

if TYPE_CHECKING:
    from ..models.batch_form_options import BatchFormOptions


T = TypeVar("T", bound="BatchForm")


@_attrs_define
class BatchForm:
    """A new batch as a form, with its images as files.

    Attributes:
        image (list[File]): The files. A request has at most 10 MB on a server of your own, and 6 MB on AWS; send more
            through `POST /api/v1/uploads`.
        mode (BatchFormMode): What to do with every file.
        options (BatchFormOptions | Unset): The mode's options, as a JSON object.
        zip_ (bool | int | None | Unset): Whether a worker puts all results into one ZIP at the end. Default: False.
        webhook_url (str | Unset):  Default: ''.
        purpose (str | Unset):  Default: ''.
    """

    image: list[File]
    mode: BatchFormMode
    options: BatchFormOptions | Unset = UNSET
    zip_: bool | int | None | Unset = False
    webhook_url: str | Unset = ""
    purpose: str | Unset = ""

    def to_dict(self) -> dict[str, Any]:
        image = []
        for image_item_data in self.image:
            image_item = image_item_data.to_tuple()

            image.append(image_item)

        mode: str = self.mode

        options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = self.options.to_dict()

        zip_: bool | int | None | Unset
        if isinstance(self.zip_, Unset):
            zip_ = UNSET
        else:
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
            files.append(("options", (None, json.dumps(self.options.to_dict()).encode(), "application/json")))

        if not isinstance(self.zip_, Unset):
            if isinstance(self.zip_, bool):
                files.append(("zip", (None, str(self.zip_).encode(), "text/plain")))
            elif isinstance(self.zip_, int):
                files.append(("zip", (None, str(self.zip_).encode(), "text/plain")))
            else:
                files.append(("zip", (None, str(self.zip_).encode(), "text/plain")))

        if not isinstance(self.webhook_url, Unset):
            files.append(("webhook_url", (None, str(self.webhook_url).encode(), "text/plain")))

        if not isinstance(self.purpose, Unset):
            files.append(("purpose", (None, str(self.purpose).encode(), "text/plain")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_form_options import BatchFormOptions  # noqa: PLC0415

        d = dict(src_dict)
        image = []
        _image = d.pop("image")
        for image_item_data in _image:
            image_item = File(payload=BytesIO(image_item_data))

            image.append(image_item)

        mode = check_batch_form_mode(d.pop("mode"))

        _options = d.pop("options", UNSET)
        options: BatchFormOptions | Unset
        if isinstance(_options, Unset):
            options = UNSET
        else:
            options = BatchFormOptions.from_dict(_options)

        def _parse_zip_(data: object) -> bool | int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | int | None | Unset, data)

        zip_ = _parse_zip_(d.pop("zip", UNSET))

        webhook_url = d.pop("webhook_url", UNSET)

        purpose = d.pop("purpose", UNSET)

        batch_form = cls(image=image, mode=mode, options=options, zip_=zip_, webhook_url=webhook_url, purpose=purpose)

        return batch_form
