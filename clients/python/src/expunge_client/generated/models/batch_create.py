from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.batch_create_options_type_0 import BatchCreateOptionsType0
    from ..models.batch_item_create import BatchItemCreate


T = TypeVar("T", bound="BatchCreate")


@_attrs_define
class BatchCreate:
    """A new batch in JSON.

    Attributes:
        items (list[BatchItemCreate]):
        mode (None | str | Unset): What to do with each item that does not say it.
        options (BatchCreateOptionsType0 | None | Unset): Options of that mode.
        zip_ (bool | Unset): Whether a worker puts all results into one ZIP at the end. Default: False.
        webhook_url (None | str | Unset): A public https URL that receives a message when the batch ends.
        purpose (None | str | Unset): What this is for; see `createJob`.
    """

    items: list[BatchItemCreate]
    mode: None | str | Unset = UNSET
    options: BatchCreateOptionsType0 | None | Unset = UNSET
    zip_: bool | Unset = False
    webhook_url: None | str | Unset = UNSET
    purpose: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_create_options_type_0 import BatchCreateOptionsType0  # noqa: PLC0415

        items = []
        for items_item_data in self.items:
            items_item = items_item_data.to_dict()
            items.append(items_item)

        mode: None | str | Unset
        if isinstance(self.mode, Unset):
            mode = UNSET
        else:
            mode = self.mode

        options: dict[str, Any] | None | Unset
        if isinstance(self.options, Unset):
            options = UNSET
        elif isinstance(self.options, BatchCreateOptionsType0):
            options = self.options.to_dict()
        else:
            options = self.options

        zip_ = self.zip_

        webhook_url: None | str | Unset
        if isinstance(self.webhook_url, Unset):
            webhook_url = UNSET
        else:
            webhook_url = self.webhook_url

        purpose: None | str | Unset
        if isinstance(self.purpose, Unset):
            purpose = UNSET
        else:
            purpose = self.purpose

        field_dict: dict[str, Any] = {}

        field_dict.update({"items": items})
        if mode is not UNSET:
            field_dict["mode"] = mode
        if options is not UNSET:
            field_dict["options"] = options
        if zip_ is not UNSET:
            field_dict["zip"] = zip_
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        if purpose is not UNSET:
            field_dict["purpose"] = purpose

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_create_options_type_0 import BatchCreateOptionsType0  # noqa: PLC0415
        from ..models.batch_item_create import BatchItemCreate  # noqa: PLC0415

        d = dict(src_dict)
        items = []
        _items = d.pop("items")
        for items_item_data in _items:
            items_item = BatchItemCreate.from_dict(items_item_data)

            items.append(items_item)

        def _parse_mode(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        mode = _parse_mode(d.pop("mode", UNSET))

        def _parse_options(data: object) -> BatchCreateOptionsType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                options_type_0 = BatchCreateOptionsType0.from_dict(data)

                return options_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchCreateOptionsType0 | None | Unset, data)

        options = _parse_options(d.pop("options", UNSET))

        zip_ = d.pop("zip", UNSET)

        def _parse_webhook_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        webhook_url = _parse_webhook_url(d.pop("webhook_url", UNSET))

        def _parse_purpose(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        purpose = _parse_purpose(d.pop("purpose", UNSET))

        batch_create = cls(items=items, mode=mode, options=options, zip_=zip_, webhook_url=webhook_url, purpose=purpose)

        return batch_create
