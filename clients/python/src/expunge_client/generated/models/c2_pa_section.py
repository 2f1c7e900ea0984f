from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.c2_pa_section_validity_type_0 import C2PaSectionValidityType0, check_c2_pa_section_validity_type_0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.c2_pa_section_manifest_type_0 import C2PaSectionManifestType0
    from ..models.c2_pa_section_manifests_type_0_item import C2PaSectionManifestsType0Item
    from ..models.manifest_reason import ManifestReason


T = TypeVar("T", bound="C2PaSection")


@_attrs_define
class C2PaSection:
    """The C2PA manifest store.

    Attributes:
        present (bool):
        validity (C2PaSectionValidityType0 | None):
        state (None | str | Unset):
        trust (None | str | Unset):
        codes (list[str] | None | Unset):
        reasons (list[ManifestReason] | None | Unset):
        claim_generators (list[str] | None | Unset):
        digital_source_types (list[str] | None | Unset):
        manifest (C2PaSectionManifestType0 | None | Unset): The active manifest.
        manifests (list[C2PaSectionManifestsType0Item] | None | Unset):
        manifests_omitted (int | None | Unset):
        remote_url (None | str | Unset): URL of a manifest outside the file.
        reason (None | str | Unset):
    """

    present: bool
    validity: C2PaSectionValidityType0 | None
    state: None | str | Unset = UNSET
    trust: None | str | Unset = UNSET
    codes: list[str] | None | Unset = UNSET
    reasons: list[ManifestReason] | None | Unset = UNSET
    claim_generators: list[str] | None | Unset = UNSET
    digital_source_types: list[str] | None | Unset = UNSET
    manifest: C2PaSectionManifestType0 | None | Unset = UNSET
    manifests: list[C2PaSectionManifestsType0Item] | None | Unset = UNSET
    manifests_omitted: int | None | Unset = UNSET
    remote_url: None | str | Unset = UNSET
    reason: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.c2_pa_section_manifest_type_0 import C2PaSectionManifestType0  # noqa: PLC0415

        present = self.present

        validity: None | str
        if isinstance(self.validity, str):
            validity = self.validity
        else:
            validity = self.validity

        state: None | str | Unset
        if isinstance(self.state, Unset):
            state = UNSET
        else:
            state = self.state

        trust: None | str | Unset
        if isinstance(self.trust, Unset):
            trust = UNSET
        else:
            trust = self.trust

        codes: list[str] | None | Unset
        if isinstance(self.codes, Unset):
            codes = UNSET
        elif isinstance(self.codes, list):
            codes = self.codes

        else:
            codes = self.codes

        reasons: list[dict[str, Any]] | None | Unset
        if isinstance(self.reasons, Unset):
            reasons = UNSET
        elif isinstance(self.reasons, list):
            reasons = []
            for reasons_type_0_item_data in self.reasons:
                reasons_type_0_item = reasons_type_0_item_data.to_dict()
                reasons.append(reasons_type_0_item)

        else:
            reasons = self.reasons

        claim_generators: list[str] | None | Unset
        if isinstance(self.claim_generators, Unset):
            claim_generators = UNSET
        elif isinstance(self.claim_generators, list):
            claim_generators = self.claim_generators

        else:
            claim_generators = self.claim_generators

        digital_source_types: list[str] | None | Unset
        if isinstance(self.digital_source_types, Unset):
            digital_source_types = UNSET
        elif isinstance(self.digital_source_types, list):
            digital_source_types = self.digital_source_types

        else:
            digital_source_types = self.digital_source_types

        manifest: dict[str, Any] | None | Unset
        if isinstance(self.manifest, Unset):
            manifest = UNSET
        elif isinstance(self.manifest, C2PaSectionManifestType0):
            manifest = self.manifest.to_dict()
        else:
            manifest = self.manifest

        manifests: list[dict[str, Any]] | None | Unset
        if isinstance(self.manifests, Unset):
            manifests = UNSET
        elif isinstance(self.manifests, list):
            manifests = []
            for manifests_type_0_item_data in self.manifests:
                manifests_type_0_item = manifests_type_0_item_data.to_dict()
                manifests.append(manifests_type_0_item)

        else:
            manifests = self.manifests

        manifests_omitted: int | None | Unset
        if isinstance(self.manifests_omitted, Unset):
            manifests_omitted = UNSET
        else:
            manifests_omitted = self.manifests_omitted

        remote_url: None | str | Unset
        if isinstance(self.remote_url, Unset):
            remote_url = UNSET
        else:
            remote_url = self.remote_url

        reason: None | str | Unset
        if isinstance(self.reason, Unset):
            reason = UNSET
        else:
            reason = self.reason

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"present": present, "validity": validity})
        if state is not UNSET:
            field_dict["state"] = state
        if trust is not UNSET:
            field_dict["trust"] = trust
        if codes is not UNSET:
            field_dict["codes"] = codes
        if reasons is not UNSET:
            field_dict["reasons"] = reasons
        if claim_generators is not UNSET:
            field_dict["claim_generators"] = claim_generators
        if digital_source_types is not UNSET:
            field_dict["digital_source_types"] = digital_source_types
        if manifest is not UNSET:
            field_dict["manifest"] = manifest
        if manifests is not UNSET:
            field_dict["manifests"] = manifests
        if manifests_omitted is not UNSET:
            field_dict["manifests_omitted"] = manifests_omitted
        if remote_url is not UNSET:
            field_dict["remote_url"] = remote_url
        if reason is not UNSET:
            field_dict["reason"] = reason

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.c2_pa_section_manifest_type_0 import C2PaSectionManifestType0  # noqa: PLC0415
        from ..models.c2_pa_section_manifests_type_0_item import (
            C2PaSectionManifestsType0Item,  # noqa: PLC0415
        )
        from ..models.manifest_reason import ManifestReason  # noqa: PLC0415

        d = dict(src_dict)
        present = d.pop("present")

        def _parse_validity(data: object) -> C2PaSectionValidityType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                validity_type_0 = check_c2_pa_section_validity_type_0(data)

                return validity_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(C2PaSectionValidityType0 | None, data)

        validity = _parse_validity(d.pop("validity"))

        def _parse_state(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        state = _parse_state(d.pop("state", UNSET))

        def _parse_trust(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        trust = _parse_trust(d.pop("trust", UNSET))

        def _parse_codes(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                codes_type_0 = cast(list[str], data)

                return codes_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        codes = _parse_codes(d.pop("codes", UNSET))

        def _parse_reasons(data: object) -> list[ManifestReason] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                reasons_type_0 = []
                _reasons_type_0 = data
                for reasons_type_0_item_data in _reasons_type_0:
                    reasons_type_0_item = ManifestReason.from_dict(reasons_type_0_item_data)

                    reasons_type_0.append(reasons_type_0_item)

                return reasons_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[ManifestReason] | None | Unset, data)

        reasons = _parse_reasons(d.pop("reasons", UNSET))

        def _parse_claim_generators(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                claim_generators_type_0 = cast(list[str], data)

                return claim_generators_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        claim_generators = _parse_claim_generators(d.pop("claim_generators", UNSET))

        def _parse_digital_source_types(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                digital_source_types_type_0 = cast(list[str], data)

                return digital_source_types_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        digital_source_types = _parse_digital_source_types(d.pop("digital_source_types", UNSET))

        def _parse_manifest(data: object) -> C2PaSectionManifestType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                manifest_type_0 = C2PaSectionManifestType0.from_dict(data)

                return manifest_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(C2PaSectionManifestType0 | None | Unset, data)

        manifest = _parse_manifest(d.pop("manifest", UNSET))

        def _parse_manifests(data: object) -> list[C2PaSectionManifestsType0Item] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                manifests_type_0 = []
                _manifests_type_0 = data
                for manifests_type_0_item_data in _manifests_type_0:
                    manifests_type_0_item = C2PaSectionManifestsType0Item.from_dict(manifests_type_0_item_data)

                    manifests_type_0.append(manifests_type_0_item)

                return manifests_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[C2PaSectionManifestsType0Item] | None | Unset, data)

        manifests = _parse_manifests(d.pop("manifests", UNSET))

        def _parse_manifests_omitted(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        manifests_omitted = _parse_manifests_omitted(d.pop("manifests_omitted", UNSET))

        def _parse_remote_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        remote_url = _parse_remote_url(d.pop("remote_url", UNSET))

        def _parse_reason(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        reason = _parse_reason(d.pop("reason", UNSET))

        c2_pa_section = cls(
            present=present,
            validity=validity,
            state=state,
            trust=trust,
            codes=codes,
            reasons=reasons,
            claim_generators=claim_generators,
            digital_source_types=digital_source_types,
            manifest=manifest,
            manifests=manifests,
            manifests_omitted=manifests_omitted,
            remote_url=remote_url,
            reason=reason,
        )

        c2_pa_section.additional_properties = d
        return c2_pa_section

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
