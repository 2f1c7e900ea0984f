from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

T = TypeVar("T", bound="ManifestOutcome")


@_attrs_define
class ManifestOutcome:
    """What became of the C2PA manifest.

    Attributes:
        kept (bool):
        may_not_validate (bool):
        private_assertions (list[str]):
        opts_out_of_training (bool):
        outcome (None | str | Unset): `kept`, `signed` or `dropped`, if it was settled.
        reason (None | str | Unset):
        redacted (list[str] | None | Unset):
        signer (None | str | Unset):
    """

    kept: bool
    may_not_validate: bool
    private_assertions: list[str]
    opts_out_of_training: bool
    outcome: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    redacted: list[str] | None | Unset = UNSET
    signer: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kept = self.kept

        may_not_validate = self.may_not_validate

        private_assertions = self.private_assertions

        opts_out_of_training = self.opts_out_of_training

        outcome: None | str | Unset
        if isinstance(self.outcome, Unset):
            outcome = UNSET
        else:
            outcome = self.outcome

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        redacted: list[str] | None | Unset
        if isinstance(self.redacted, Unset):
            redacted = UNSET
        elif isinstance(self.redacted, list):
            redacted = self.redacted

        else:
            redacted = self.redacted

        signer: None | str | Unset
        if isinstance(self.signer, Unset):
            signer = UNSET
        else:
            signer = self.signer

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kept": kept,
                "may_not_validate": may_not_validate,
                "private_assertions": private_assertions,
                "opts_out_of_training": opts_out_of_training,
            }
        )
        if outcome is not UNSET:
            field_dict["outcome"] = outcome
        if reason is not UNSET:
            field_dict["reason"] = reason
        if redacted is not UNSET:
            field_dict["redacted"] = redacted
        if signer is not UNSET:
            field_dict["signer"] = signer

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kept = d.pop("kept")

        may_not_validate = d.pop("may_not_validate")

        private_assertions = cast(list[str], d.pop("private_assertions"))

        opts_out_of_training = d.pop("opts_out_of_training")

        def _parse_outcome(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        outcome = _parse_outcome(d.pop("outcome", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        def _parse_redacted(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                redacted_type_0 = cast(list[str], data)

                return redacted_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        redacted = _parse_redacted(d.pop("redacted", UNSET))

        def _parse_signer(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        signer = _parse_signer(d.pop("signer", UNSET))

        manifest_outcome = cls(
            kept=kept,
            may_not_validate=may_not_validate,
            private_assertions=private_assertions,
            opts_out_of_training=opts_out_of_training,
            outcome=outcome,
            reason=reason,
            redacted=redacted,
            signer=signer,
        )

        manifest_outcome.additional_properties = d
        return manifest_outcome

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
