from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.batch_item_create_options_type_0 import BatchItemCreateOptionsType0


T = TypeVar("T", bound="BatchItemCreate")


@_attrs_define
class BatchItemCreate:
    """One image of a new batch: an upload's key, or a URL.

    Attributes:
        object_key (None | str | Unset): From `POST /api/v1/uploads`.
        image_url (None | str | Unset): A public https URL from which the service fetches the image.
        mode (None | str | Unset): What to do with this image; else the batch's.
        options (BatchItemCreateOptionsType0 | None | Unset): Options of this image's mode. An item with a mode of its
            own does not get the batch's options.
    """

    object_key: None | str | Unset = UNSET
    image_url: None | str | Unset = UNSET
    mode: None | str | Unset = UNSET
    options: BatchItemCreateOptionsType0 | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_item_create_options_type_0 import (
            BatchItemCreateOptionsType0,  # noqa: PLC0415
        )

        object_key: None | str | Unset
        if isinstance(self.object_key, Unset):
            object_key = UNSET
        else:
            object_key = self.object_key

        image_url: None | str | Unset
        if isinstance(self.image_url, Unset):
            image_url = UNSET
        else:
            image_url = self.image_url

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        else:
            mode = self.mode

        options: dict[str, Any] | None | Unset
        if isinstance(self.options, Unset):
            options = UNSET
        elif isinstance(self.options, BatchItemCreateOptionsType0):
            options = self.options.to_dict()
        else:
            options = self.options

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if object_key is not UNSET:
            field_dict["object_key"] = object_key
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if mode is not UNSET:
            field_dict["mode"] = mode
        if options is not UNSET:
            field_dict["options"] = options

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_item_create_options_type_0 import (
            BatchItemCreateOptionsType0,  # noqa: PLC0415
        )

        d = dict(src_dict)

        def _parse_object_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        object_key = _parse_object_key(d.pop("object_key", UNSET))

        def _parse_image_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image_url = _parse_image_url(d.pop("image_url", UNSET))

        def _parse_mode(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_options(data: object) -> BatchItemCreateOptionsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                options_type_0 = BatchItemCreateOptionsType0.from_dict(data)

                return options_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchItemCreateOptionsType0 | None | Unset, data)

        options = _parse_options(d.pop("options", UNSET))

        batch_item_create = cls(object_key=object_key, image_url=image_url, mode=mode, options=options)

        return batch_item_create
