from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.corrected import Corrected
    from ..models.numbered_face import NumberedFace
    from ..models.own_label import OwnLabel
    from ..models.swapped_face import SwappedFace


T = TypeVar("T", bound="SwapReport")


@_attrs_define
class SwapReport:
    """The faces that were replaced.

    Attributes:
        format_ (str): Media type of the image.
        width (int): Pixels, as displayed.
        height (int): Pixels, as displayed.
        count (int): Faces in the image; `faces` lists at most 500.
        swapped (list[SwappedFace]):
        regions (list[list[int]]): The rectangles in which pixels may differ.
        consent (None | str): The statement that came with the request.
        visible_label (bool): Whether the picture itself says that it was changed.
        exact (bool): Whether pixels outside the regions are unchanged.
        changed (bool): Whether the result differs from the input.
        corrected (Corrected | None | Unset): Present if a form declared another media type than the file has.
        own_label (None | OwnLabel | Unset): Present if the input or the result carries the label of a face swap of this
            service. No mode removes it.
        receipt (None | str | Unset): The signed receipt (JWS), if the options asked for one.
        faces (list[NumberedFace] | Unset): Where they are, by the indexes that `faces` and options have.
        notes (list[str] | Unset): What else was done to a moving picture, such as conversions.
    """

    format_: str
    width: int
    height: int
    count: int
    swapped: list[SwappedFace]
    regions: list[list[int]]
    consent: None | str
    visible_label: bool
    exact: bool
    changed: bool
    corrected: Corrected | None | Unset = UNSET
    own_label: None | OwnLabel | Unset = UNSET
    receipt: None | str | Unset = UNSET
    faces: list[NumberedFace] | Unset = UNSET
    notes: list[str] | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415

        format_ = self.format_

        width = self.width

        height = self.height

        count = self.count

        swapped = []
        for swapped_item_data in self.swapped:
            swapped_item = swapped_item_data.to_dict()
            swapped.append(swapped_item)

        regions = []
        for regions_item_data in self.regions:
            regions_item = regions_item_data

            regions.append(regions_item)

        consent: None | str
        consent = self.consent

        visible_label = self.visible_label

        exact = self.exact

        changed = self.changed

        corrected: dict[str, Any] | None | Unset
        if isinstance(self.corrected, Unset):
            corrected = UNSET
        elif isinstance(self.corrected, Corrected):
            corrected = self.corrected.to_dict()
        else:
            corrected = self.corrected

        own_label: dict[str, Any] | None | Unset
        if isinstance(self.own_label, Unset):
            own_label = UNSET
        elif isinstance(self.own_label, OwnLabel):
            own_label = self.own_label.to_dict()
        else:
            own_label = self.own_label

        receipt: None | str | Unset
        if isinstance(self.receipt, Unset):
            receipt = UNSET
        else:
            receipt = self.receipt

        faces: list[dict[str, Any]] | Unset = UNSET
        if not isinstance(self.faces, Unset):
            faces = []
            for faces_item_data in self.faces:
                faces_item = faces_item_data.to_dict()
                faces.append(faces_item)

        notes: list[str] | Unset = UNSET
        if not isinstance(self.notes, Unset):
            notes = self.notes

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "format": format_,
                "width": width,
                "height": height,
                "count": count,
                "swapped": swapped,
                "regions": regions,
                "consent": consent,
                "visible_label": visible_label,
                "exact": exact,
                "changed": changed,
            }
        )
        if corrected is not UNSET:
            field_dict["corrected"] = corrected
        if own_label is not UNSET:
            field_dict["own_label"] = own_label
        if receipt is not UNSET:
            field_dict["receipt"] = receipt
        if faces is not UNSET:
            field_dict["faces"] = faces
        if notes is not UNSET:
            field_dict["notes"] = notes

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.corrected import Corrected  # noqa: PLC0415
        from ..models.numbered_face import NumberedFace  # noqa: PLC0415
        from ..models.own_label import OwnLabel  # noqa: PLC0415
        from ..models.swapped_face import SwappedFace  # noqa: PLC0415

        d = dict(src_dict)
        format_ = d.pop("format")

        width = d.pop("width")

        height = d.pop("height")

        count = d.pop("count")

        swapped = []
        _swapped = d.pop("swapped")
        for swapped_item_data in _swapped:
            swapped_item = SwappedFace.from_dict(swapped_item_data)

            swapped.append(swapped_item)

        regions = []
        _regions = d.pop("regions")
        for regions_item_data in _regions:
            regions_item = cast(list[int], regions_item_data)

            regions.append(regions_item)

        def _parse_consent(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        consent = _parse_consent(d.pop("consent"))

        visible_label = d.pop("visible_label")

        exact = d.pop("exact")

        changed = d.pop("changed")

        def _parse_corrected(data: object) -> Corrected | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                corrected_type_0 = Corrected.from_dict(data)

                return corrected_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Corrected | None | Unset, data)

        corrected = _parse_corrected(d.pop("corrected", UNSET))

        def _parse_own_label(data: object) -> None | OwnLabel | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                own_label_type_0 = OwnLabel.from_dict(data)

                return own_label_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | OwnLabel | Unset, data)

        own_label = _parse_own_label(d.pop("own_label", UNSET))

        def _parse_receipt(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        receipt = _parse_receipt(d.pop("receipt", UNSET))

        _faces = d.pop("faces", UNSET)
        faces: list[NumberedFace] | Unset = UNSET
        if _faces is not UNSET:
            faces = []
            for faces_item_data in _faces:
                faces_item = NumberedFace.from_dict(faces_item_data)

                faces.append(faces_item)

        notes = cast(list[str], d.pop("notes", UNSET))

        swap_report = cls(
            format_=format_,
            width=width,
            height=height,
            count=count,
            swapped=swapped,
            regions=regions,
            consent=consent,
            visible_label=visible_label,
            exact=exact,
            changed=changed,
            corrected=corrected,
            own_label=own_label,
            receipt=receipt,
            faces=faces,
            notes=notes,
        )

        swap_report.additional_properties = d
        return swap_report

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
