from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.entry_view_pool import EntryViewPool, check_entry_view_pool
from ..models.entry_view_reason import EntryViewReason, check_entry_view_reason
from ..types import UNSET, Unset

T = TypeVar("T", bound="EntryView")


@_attrs_define
class EntryView:
    """One transaction in the credit ledger.

    Attributes:
        id (str):
        at (datetime.datetime):
        pool (EntryViewPool):
        amount (float): Credits; negative if spent.
        reason (EntryViewReason):
        job (None | str | Unset):
        note (None | str | Unset):
    """

    id: str
    at: datetime.datetime
    pool: EntryViewPool
    amount: float
    reason: EntryViewReason
    job: None | str | Unset = UNSET
    note: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        id = self.id

        at = self.at.isoformat()

        pool: str = self.pool

        amount = self.amount

        reason: str = self.reason

        job: None | str | Unset
        if isinstance(self.job, Unset):
            job = UNSET
        else:
            job = self.job

        note: None | str | Unset
        if isinstance(self.note, Unset):
            note = UNSET
        else:
            note = self.note

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"id": id, "at": at, "pool": pool, "amount": amount, "reason": reason})
        if job is not UNSET:
            field_dict["job"] = job
        if note is not UNSET:
            field_dict["note"] = note

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        id = d.pop("id")

        at = datetime.datetime.fromisoformat(d.pop("at"))

        pool = check_entry_view_pool(d.pop("pool"))

        amount = d.pop("amount")

        reason = check_entry_view_reason(d.pop("reason"))

        def _parse_job(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        job = _parse_job(d.pop("job", UNSET))

        def _parse_note(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        note = _parse_note(d.pop("note", UNSET))

        entry_view = cls(id=id, at=at, pool=pool, amount=amount, reason=reason, job=job, note=note)

        entry_view.additional_properties = d
        return entry_view

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
