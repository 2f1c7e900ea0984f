from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.batch_view_status import BatchViewStatus, check_batch_view_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.batch_counts import BatchCounts
    from ..models.batch_item_view import BatchItemView


T = TypeVar("T", bound="BatchView")


@_attrs_define
class BatchView:
    """A batch and its current state.

    Attributes:
        id (str):
        status (BatchViewStatus): `finished` when every job has ended, also if jobs failed.
        created_at (datetime.datetime):
        total (int): The number of items.
        ended_at (datetime.datetime | None | Unset):
        purpose (None | str | Unset):
        counts (BatchCounts | None | Unset): Absent in lists and messages while the batch goes on.
        zip_url (None | str | Unset): Signed URL of the ZIP, valid until `zip_expires_at`.
        zip_bytes (int | None | Unset):
        zip_expires_at (datetime.datetime | None | Unset):
        zip_error (None | str | Unset): Why there is no ZIP, if one was requested.
        poll_url (None | str | Unset): URL to poll until the batch ends.
        poll_after_ms (int | None | Unset): Suggested delay before the next poll.
        webhook_secret (None | str | Unset): Secret that verifies the message to `webhook_url`; shown once.
        items (list[BatchItemView] | None | Unset): Every item in the order of the request; absent in lists and
            messages.
    """

    id: str
    status: BatchViewStatus
    created_at: datetime.datetime
    total: int
    ended_at: datetime.datetime | None | Unset = UNSET
    purpose: None | str | Unset = UNSET
    counts: BatchCounts | None | Unset = UNSET
    zip_url: None | str | Unset = UNSET
    zip_bytes: int | None | Unset = UNSET
    zip_expires_at: datetime.datetime | None | Unset = UNSET
    zip_error: None | str | Unset = UNSET
    poll_url: None | str | Unset = UNSET
    poll_after_ms: int | None | Unset = UNSET
    webhook_secret: None | str | Unset = UNSET
    items: list[BatchItemView] | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.batch_counts import BatchCounts  # noqa: PLC0415

        id = self.id

        status: str = self.status

        created_at = self.created_at.isoformat()

        total = self.total

        ended_at: None | str | Unset
        if isinstance(self.ended_at, Unset):
            ended_at = UNSET
        elif isinstance(self.ended_at, datetime.datetime):
            ended_at = self.ended_at.isoformat()
        else:
            ended_at = self.ended_at

        purpose: None | str | Unset
        if isinstance(self.purpose, Unset):
            purpose = UNSET
        else:
            purpose = self.purpose

        counts: dict[str, Any] | None | Unset
        if isinstance(self.counts, Unset):
            counts = UNSET
        elif isinstance(self.counts, BatchCounts):
            counts = self.counts.to_dict()
        else:
            counts = self.counts

        zip_url: None | str | Unset
        if isinstance(self.zip_url, Unset):
            zip_url = UNSET
        else:
            zip_url = self.zip_url

        zip_bytes: int | None | Unset
        if isinstance(self.zip_bytes, Unset):
            zip_bytes = UNSET
        else:
            zip_bytes = self.zip_bytes

        zip_expires_at: None | str | Unset
        if isinstance(self.zip_expires_at, Unset):
            zip_expires_at = UNSET
        elif isinstance(self.zip_expires_at, datetime.datetime):
            zip_expires_at = self.zip_expires_at.isoformat()
        else:
            zip_expires_at = self.zip_expires_at

        zip_error: None | str | Unset
        if isinstance(self.zip_error, Unset):
            zip_error = UNSET
        else:
            zip_error = self.zip_error

        poll_url: None | str | Unset
        if isinstance(self.poll_url, Unset):
            poll_url = UNSET
        else:
            poll_url = self.poll_url

        poll_after_ms: int | None | Unset
        if isinstance(self.poll_after_ms, Unset):
            poll_after_ms = UNSET
        else:
            poll_after_ms = self.poll_after_ms

        webhook_secret: None | str | Unset
        if isinstance(self.webhook_secret, Unset):
            webhook_secret = UNSET
        else:
            webhook_secret = self.webhook_secret

        items: list[dict[str, Any]] | None | Unset
        if isinstance(self.items, Unset):
            items = UNSET
        elif isinstance(self.items, list):
            items = []
            for items_type_0_item_data in self.items:
                items_type_0_item = items_type_0_item_data.to_dict()
                items.append(items_type_0_item)

        else:
            items = self.items

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"id": id, "status": status, "created_at": created_at, "total": total})
        if ended_at is not UNSET:
            field_dict["ended_at"] = ended_at
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
        if counts is not UNSET:
            field_dict["counts"] = counts
        if zip_url is not UNSET:
            field_dict["zip_url"] = zip_url
        if zip_bytes is not UNSET:
            field_dict["zip_bytes"] = zip_bytes
        if zip_expires_at is not UNSET:
            field_dict["zip_expires_at"] = zip_expires_at
        if zip_error is not UNSET:
            field_dict["zip_error"] = zip_error
        if poll_url is not UNSET:
            field_dict["poll_url"] = poll_url
        if poll_after_ms is not UNSET:
            field_dict["poll_after_ms"] = poll_after_ms
        if webhook_secret is not UNSET:
            field_dict["webhook_secret"] = webhook_secret
        if items is not UNSET:
            field_dict["items"] = items

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.batch_counts import BatchCounts  # noqa: PLC0415
        from ..models.batch_item_view import BatchItemView  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = check_batch_view_status(d.pop("status"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        total = d.pop("total")

        def _parse_ended_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                ended_at_type_0 = datetime.datetime.fromisoformat(data)

                return ended_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        ended_at = _parse_ended_at(d.pop("ended_at", UNSET))

        def _parse_purpose(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        purpose = _parse_purpose(d.pop("purpose", UNSET))

        def _parse_counts(data: object) -> BatchCounts | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                counts_type_0 = BatchCounts.from_dict(data)

                return counts_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(BatchCounts | None | Unset, data)

        counts = _parse_counts(d.pop("counts", UNSET))

        def _parse_zip_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zip_url = _parse_zip_url(d.pop("zip_url", UNSET))

        def _parse_zip_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        zip_bytes = _parse_zip_bytes(d.pop("zip_bytes", UNSET))

        def _parse_zip_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                zip_expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return zip_expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        zip_expires_at = _parse_zip_expires_at(d.pop("zip_expires_at", UNSET))

        def _parse_zip_error(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        zip_error = _parse_zip_error(d.pop("zip_error", UNSET))

        def _parse_poll_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        poll_url = _parse_poll_url(d.pop("poll_url", UNSET))

        def _parse_poll_after_ms(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        poll_after_ms = _parse_poll_after_ms(d.pop("poll_after_ms", UNSET))

        def _parse_webhook_secret(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        webhook_secret = _parse_webhook_secret(d.pop("webhook_secret", UNSET))

        def _parse_items(data: object) -> list[BatchItemView] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                items_type_0 = []
                _items_type_0 = data
                for items_type_0_item_data in _items_type_0:
                    items_type_0_item = BatchItemView.from_dict(items_type_0_item_data)

                    items_type_0.append(items_type_0_item)

                return items_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[BatchItemView] | None | Unset, data)

        items = _parse_items(d.pop("items", UNSET))

        batch_view = cls(
            id=id,
            status=status,
            created_at=created_at,
            total=total,
            ended_at=ended_at,
            purpose=purpose,
            counts=counts,
            zip_url=zip_url,
            zip_bytes=zip_bytes,
            zip_expires_at=zip_expires_at,
            zip_error=zip_error,
            poll_url=poll_url,
            poll_after_ms=poll_after_ms,
            webhook_secret=webhook_secret,
            items=items,
        )

        batch_view.additional_properties = d
        return batch_view

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
