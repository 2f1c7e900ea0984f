from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.kind import Kind, check_kind
from ..models.public_swap_status import PublicSwapStatus, check_public_swap_status

if TYPE_CHECKING:
    from ..models.public_swap_metadata_type_0 import PublicSwapMetadataType0


T = TypeVar("T", bound="PublicSwap")


@_attrs_define
class PublicSwap:
    """A swap and its current state.

    Attributes:
        id (str):
        type_ (Kind): The types of swaps.
        status (PublicSwapStatus):
        credit_cost (float): Credits charged for it; a swap that `failed` or was `canceled` got them back.
        progress (int): Percent; 100 only when it is `done`.
        created_at (datetime.datetime):
        result_url (None | str): URL of the result, newly signed by each request while the result is kept.
        error (None | str): Why the swap failed, or why a `done` one has no `result_url`.
        metadata (None | PublicSwapMetadataType0):
        webhook_url (None | str):
    """

    id: str
    type_: Kind
    status: PublicSwapStatus
    credit_cost: float
    progress: int
    created_at: datetime.datetime
    result_url: None | str
    error: None | str
    metadata: None | PublicSwapMetadataType0
    webhook_url: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.public_swap_metadata_type_0 import PublicSwapMetadataType0  # noqa: PLC0415

        id = self.id

        type_: str = self.type_

        status: str = self.status

        credit_cost = self.credit_cost

        progress = self.progress

        created_at = self.created_at.isoformat()

        result_url: None | str
        result_url = self.result_url

        error: None | str
        error = self.error

        metadata: dict[str, Any] | None
        if isinstance(self.metadata, PublicSwapMetadataType0):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        webhook_url: None | str
        webhook_url = self.webhook_url

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "id": id,
                "type": type_,
                "status": status,
                "credit_cost": credit_cost,
                "progress": progress,
                "created_at": created_at,
                "result_url": result_url,
                "error": error,
                "metadata": metadata,
                "webhook_url": webhook_url,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.public_swap_metadata_type_0 import PublicSwapMetadataType0  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        type_ = check_kind(d.pop("type"))

        status = check_public_swap_status(d.pop("status"))

        credit_cost = d.pop("credit_cost")

        progress = d.pop("progress")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_result_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        result_url = _parse_result_url(d.pop("result_url"))

        def _parse_error(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error = _parse_error(d.pop("error"))

        def _parse_metadata(data: object) -> None | PublicSwapMetadataType0:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = PublicSwapMetadataType0.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | PublicSwapMetadataType0, data)

        metadata = _parse_metadata(d.pop("metadata"))

        def _parse_webhook_url(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        webhook_url = _parse_webhook_url(d.pop("webhook_url"))

        public_swap = cls(
            id=id,
            type_=type_,
            status=status,
            credit_cost=credit_cost,
            progress=progress,
            created_at=created_at,
            result_url=result_url,
            error=error,
            metadata=metadata,
            webhook_url=webhook_url,
        )

        public_swap.additional_properties = d
        return public_swap

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
