from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define

from ..models.metadata_options_keep_item import MetadataOptionsKeepItem, check_metadata_options_keep_item
from ..models.metadata_options_on_conflict import MetadataOptionsOnConflict, check_metadata_options_on_conflict
from ..models.metadata_options_scope import MetadataOptionsScope, check_metadata_options_scope
from ..types import UNSET, Unset

T = TypeVar("T", bound="MetadataOptions")


@_attrs_define
class MetadataOptions:
    """The options of `metadata`.

    Attributes:
        keep (list[MetadataOptionsKeepItem] | Unset): Metadata to keep. `credit` is creators, rights and training opt-
            outs (`copyright` is the same), `provenance` is AI labels, the C2PA manifest and credit. Colour profiles always
            stay.
        scope (MetadataOptionsScope | Unset): `all` removes all metadata, `ai` only traces of AI tools. `private`
            removes all but AI labels, the C2PA manifest, credit, and camera settings. Default: 'all'.
        on_conflict (MetadataOptionsOnConflict | Unset): What to do with a C2PA manifest that was to stay, but does not
            hold for the cleaned file, and that the operator's key cannot sign again: `drop` it, or `refuse` the file. The
            report says what happened. Default: 'drop'.
        receipt (bool | Unset): Add a signed receipt: digests of both files and of their pixels, and what was removed
            and kept. Default: False.
    """

    keep: list[MetadataOptionsKeepItem] | Unset = UNSET
    scope: MetadataOptionsScope | Unset = "all"
    on_conflict: MetadataOptionsOnConflict | Unset = "drop"
    receipt: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        keep: list[str] | Unset = UNSET
        if not isinstance(self.keep, Unset):
            keep = []
            for keep_item_data in self.keep:
                keep_item: str = keep_item_data
                keep.append(keep_item)

        scope: str | Unset = UNSET
        if not isinstance(self.scope, Unset):
            scope = self.scope

        on_conflict: str | Unset = UNSET
        if not isinstance(self.on_conflict, Unset):
            on_conflict = self.on_conflict

        receipt = self.receipt

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if keep is not UNSET:
            field_dict["keep"] = keep
        if scope is not UNSET:
            field_dict["scope"] = scope
        if on_conflict is not UNSET:
            field_dict["on_conflict"] = on_conflict
        if receipt is not UNSET:
            field_dict["receipt"] = receipt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        _keep = d.pop("keep", UNSET)
        keep: list[MetadataOptionsKeepItem] | Unset = UNSET
        if _keep is not UNSET:
            keep = []
            for keep_item_data in _keep:
                keep_item = check_metadata_options_keep_item(keep_item_data)

                keep.append(keep_item)

        _scope = d.pop("scope", UNSET)
        scope: MetadataOptionsScope | Unset
        if isinstance(_scope, Unset):
            scope = UNSET
        else:
            scope = check_metadata_options_scope(_scope)

        _on_conflict = d.pop("on_conflict", UNSET)
        on_conflict: MetadataOptionsOnConflict | Unset
        if isinstance(_on_conflict, Unset):
            on_conflict = UNSET
        else:
            on_conflict = check_metadata_options_on_conflict(_on_conflict)

        receipt = d.pop("receipt", UNSET)

        metadata_options = cls(keep=keep, scope=scope, on_conflict=on_conflict, receipt=receipt)

        return metadata_options
