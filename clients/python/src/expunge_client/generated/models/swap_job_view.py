from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.swap_job_view_status import SwapJobViewStatus, check_swap_job_view_status
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.swap_report import SwapReport


T = TypeVar("T", bound="SwapJobView")


@_attrs_define
class SwapJobView:
    """A job of the mode `swap`.

    Attributes:
        id (str):
        status (SwapJobViewStatus):
        mode (Literal['swap']):
        created_at (datetime.datetime):
        purpose (None | str | Unset): What the caller said it is for.
        progress (int | None | Unset): Percent; 100 only after success. It falls only when a run starts again.
        processing_ms (int | None | Unset): Run time in milliseconds.
        result_url (None | str | Unset): Signed URL of the result, valid until `result_expires_at`.
        result_expires_at (datetime.datetime | None | Unset):
        report (None | SwapReport | Unset): What the mode found and changed. `corrected` is present if a form declared
            the wrong media type: `declared` is that type, `actual` is the file's real type. `receipt` is the signed
            receipt, if the options asked for one.
        poll_url (None | str | Unset): URL to poll until the job ends.
        poll_after_ms (int | None | Unset): Suggested delay before the next poll, from recent run times.
        webhook_secret (None | str | Unset): Secret that verifies the message to `webhook_url`; shown once.
        error_code (None | str | Unset): A problem code, listed at `/problems`.
        error_message (None | str | Unset):
    """

    id: str
    status: SwapJobViewStatus
    mode: Literal["swap"]
    created_at: datetime.datetime
    purpose: None | str | Unset = UNSET
    progress: int | None | Unset = UNSET
    processing_ms: int | None | Unset = UNSET
    result_url: None | str | Unset = UNSET
    result_expires_at: datetime.datetime | None | Unset = UNSET
    report: None | SwapReport | Unset = UNSET
    poll_url: None | str | Unset = UNSET
    poll_after_ms: int | None | Unset = UNSET
    webhook_secret: None | str | Unset = UNSET
    error_code: None | str | Unset = UNSET
    error_message: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.swap_report import SwapReport  # noqa: PLC0415

        id = self.id

        status: str = self.status

        mode = self.mode

        created_at = self.created_at.isoformat()

        purpose: None | str | Unset
        if isinstance(self.purpose, Unset):
            purpose = UNSET
        else:
            purpose = self.purpose

        progress: int | None | Unset
        if isinstance(self.progress, Unset):
            progress = UNSET
        else:
            progress = self.progress

        processing_ms: int | None | Unset
        if isinstance(self.processing_ms, Unset):
            processing_ms = UNSET
        else:
            processing_ms = self.processing_ms

        result_url: None | str | Unset
        if isinstance(self.result_url, Unset):
            result_url = UNSET
        else:
            result_url = self.result_url

        result_expires_at: None | str | Unset
        if isinstance(self.result_expires_at, Unset):
            result_expires_at = UNSET
        elif isinstance(self.result_expires_at, datetime.datetime):
            result_expires_at = self.result_expires_at.isoformat()
        else:
            result_expires_at = self.result_expires_at

        report: dict[str, Any] | None | Unset
        if isinstance(self.report, Unset):
            report = UNSET
        elif isinstance(self.report, SwapReport):
            report = self.report.to_dict()
        else:
            report = self.report

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

        error_code: None | str | Unset
        if isinstance(self.error_code, Unset):
            error_code = UNSET
        else:
            error_code = self.error_code

        error_message: None | str | Unset
        if isinstance(self.error_message, Unset):
            error_message = UNSET
        else:
            error_message = self.error_message

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"id": id, "status": status, "mode": mode, "created_at": created_at})
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
        if progress is not UNSET:
            field_dict["progress"] = progress
        if processing_ms is not UNSET:
            field_dict["processing_ms"] = processing_ms
        if result_url is not UNSET:
            field_dict["result_url"] = result_url
        if result_expires_at is not UNSET:
            field_dict["result_expires_at"] = result_expires_at
        if report is not UNSET:
            field_dict["report"] = report
        if poll_url is not UNSET:
            field_dict["poll_url"] = poll_url
        if poll_after_ms is not UNSET:
            field_dict["poll_after_ms"] = poll_after_ms
        if webhook_secret is not UNSET:
            field_dict["webhook_secret"] = webhook_secret
        if error_code is not UNSET:
            field_dict["error_code"] = error_code
        if error_message is not UNSET:
            field_dict["error_message"] = error_message

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.swap_report import SwapReport  # noqa: PLC0415

        d = dict(src_dict)
        id = d.pop("id")

        status = check_swap_job_view_status(d.pop("status"))

        mode = cast(Literal["swap"], d.pop("mode"))
        if mode != "swap":
            raise ValueError(f"mode must match const 'swap', got '{mode}'")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_purpose(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        purpose = _parse_purpose(d.pop("purpose", UNSET))

        def _parse_progress(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        progress = _parse_progress(d.pop("progress", UNSET))

        def _parse_processing_ms(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        processing_ms = _parse_processing_ms(d.pop("processing_ms", UNSET))

        def _parse_result_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        result_url = _parse_result_url(d.pop("result_url", UNSET))

        def _parse_result_expires_at(data: object) -> datetime.datetime | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                result_expires_at_type_0 = datetime.datetime.fromisoformat(data)

                return result_expires_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None | Unset, data)

        result_expires_at = _parse_result_expires_at(d.pop("result_expires_at", UNSET))

        def _parse_report(data: object) -> None | SwapReport | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                report_type_0 = SwapReport.from_dict(data)

                return report_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SwapReport | Unset, data)

        report = _parse_report(d.pop("report", UNSET))

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

        def _parse_error_code(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error_code = _parse_error_code(d.pop("error_code", UNSET))

        def _parse_error_message(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        error_message = _parse_error_message(d.pop("error_message", UNSET))

        swap_job_view = cls(
            id=id,
            status=status,
            mode=mode,
            created_at=created_at,
            purpose=purpose,
            progress=progress,
            processing_ms=processing_ms,
            result_url=result_url,
            result_expires_at=result_expires_at,
            report=report,
            poll_url=poll_url,
            poll_after_ms=poll_after_ms,
            webhook_secret=webhook_secret,
            error_code=error_code,
            error_message=error_message,
        )

        swap_job_view.additional_properties = d
        return swap_job_view

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
