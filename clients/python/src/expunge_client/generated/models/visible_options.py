from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.visible_options_format_type_0 import VisibleOptionsFormatType0, check_visible_options_format_type_0
from ..models.visible_options_marks_type_0_item import VisibleOptionsMarksType0Item, check_visible_options_marks_type_0_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="VisibleOptions")


@_attrs_define
class VisibleOptions:
    """The options of `visible`.

    Attributes:
        marks (list[VisibleOptionsMarksType0Item] | None | Unset): The marks to search for. Default: all known marks.
        region (list[int] | None | Unset): The same as one of `regions`: [x, y, width, height] of the displayed image.
        regions (list[list[float]] | None | Unset): Inpaint these regions instead of searching for marks, each
            x,y,width,height, or the x,y of three or more corners; together at most a quarter of the image.
        format_ (None | Unset | VisibleOptionsFormatType0): Format of the result. Default: the input's format.
        quality (int | None | Unset): Quality of a lossy result that is re-encoded. Default: like the input's.
        receipt (bool | Unset): Add a signed receipt: digests of both files and of their pixels, and what was removed
            and kept. Default: False.
    """

    marks: list[VisibleOptionsMarksType0Item] | None | Unset = UNSET
    region: list[int] | None | Unset = UNSET
    regions: list[list[float]] | None | Unset = UNSET
    format_: None | Unset | VisibleOptionsFormatType0 = UNSET
    quality: int | None | Unset = UNSET
    receipt: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        marks: list[str] | None | Unset
        if isinstance(self.marks, Unset):
            marks = UNSET
        elif isinstance(self.marks, list):
            marks = []
            for marks_type_0_item_data in self.marks:
                marks_type_0_item: str = marks_type_0_item_data
                marks.append(marks_type_0_item)

        else:
            marks = self.marks

        region: list[int] | None | Unset
        if isinstance(self.region, Unset):
            region = UNSET
        elif isinstance(self.region, list):
            region = self.region

        else:
            region = self.region

        regions: list[list[float]] | None | Unset
        if isinstance(self.regions, Unset):
            regions = UNSET
        elif isinstance(self.regions, list):
            regions = []
            for regions_type_0_item_data in self.regions:
                regions_type_0_item = regions_type_0_item_data

                regions.append(regions_type_0_item)

        else:
            regions = self.regions

        format_: None | str | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        elif isinstance(self.format_, str):
            format_ = self.format_
        else:
            format_ = self.format_

        quality: int | None | Unset
        if isinstance(self.quality, Unset):
            quality = UNSET
        else:
            quality = self.quality

        receipt = self.receipt

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if marks is not UNSET:
            field_dict["marks"] = marks
        if region is not UNSET:
            field_dict["region"] = region
        if regions is not UNSET:
            field_dict["regions"] = regions
        if format_ is not UNSET:
            field_dict["format"] = format_
        if quality is not UNSET:
            field_dict["quality"] = quality
        if receipt is not UNSET:
            field_dict["receipt"] = receipt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_marks(data: object) -> list[VisibleOptionsMarksType0Item] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                marks_type_0 = []
                _marks_type_0 = data
                for marks_type_0_item_data in _marks_type_0:
                    marks_type_0_item = check_visible_options_marks_type_0_item(marks_type_0_item_data)

                    marks_type_0.append(marks_type_0_item)

                return marks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[VisibleOptionsMarksType0Item] | None | Unset, data)

        marks = _parse_marks(d.pop("marks", UNSET))

        def _parse_region(data: object) -> list[int] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                region_type_0 = cast(list[int], data)

                return region_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int] | None | Unset, data)

        region = _parse_region(d.pop("region", UNSET))

        def _parse_regions(data: object) -> list[list[float]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                regions_type_0 = []
                _regions_type_0 = data
                for regions_type_0_item_data in _regions_type_0:
                    regions_type_0_item = cast(list[float], regions_type_0_item_data)

                    regions_type_0.append(regions_type_0_item)

                return regions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[list[float]] | None | Unset, data)

        regions = _parse_regions(d.pop("regions", UNSET))

        def _parse_format_(data: object) -> None | Unset | VisibleOptionsFormatType0:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                format_type_0 = check_visible_options_format_type_0(data)

                return format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | Unset | VisibleOptionsFormatType0, data)

        format_ = _parse_format_(d.pop("format", UNSET))

        def _parse_quality(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quality = _parse_quality(d.pop("quality", UNSET))

        receipt = d.pop("receipt", UNSET)

        visible_options = cls(marks=marks, region=region, regions=regions, format_=format_, quality=quality, receipt=receipt)

        return visible_options
