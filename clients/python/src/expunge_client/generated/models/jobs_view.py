from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.all_job_view import AllJobView
    from ..models.detect_job_view import DetectJobView
    from ..models.faces_job_view import FacesJobView
    from ..models.invisible_job_view import InvisibleJobView
    from ..models.mask_job_view import MaskJobView
    from ..models.metadata_job_view import MetadataJobView
    from ..models.swap_job_view import SwapJobView
    from ..models.visible_job_view import VisibleJobView


T = TypeVar("T", bound="JobsView")


@_attrs_define
class JobsView:
    """One page of the caller's jobs, newest first.

    Attributes:
        jobs (list[AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView |
            SwapJobView | VisibleJobView]):
        next_cursor (None | str | Unset): Send it as `cursor` to get the next page.
    """

    jobs: list[AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView]
    next_cursor: None | str | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.all_job_view import AllJobView  # noqa: PLC0415
        from ..models.detect_job_view import DetectJobView  # noqa: PLC0415
        from ..models.faces_job_view import FacesJobView  # noqa: PLC0415
        from ..models.invisible_job_view import InvisibleJobView  # noqa: PLC0415
        from ..models.mask_job_view import MaskJobView  # noqa: PLC0415
        from ..models.metadata_job_view import MetadataJobView  # noqa: PLC0415
        from ..models.visible_job_view import VisibleJobView  # noqa: PLC0415

        jobs = []
        for jobs_item_data in self.jobs:
            jobs_item: dict[str, Any]
            if isinstance(jobs_item_data, MetadataJobView):
                jobs_item = jobs_item_data.to_dict()
            elif isinstance(jobs_item_data, DetectJobView):
                jobs_item = jobs_item_data.to_dict()
            elif isinstance(jobs_item_data, VisibleJobView):
                jobs_item = jobs_item_data.to_dict()
            elif isinstance(jobs_item_data, FacesJobView):
                jobs_item = jobs_item_data.to_dict()
            elif isinstance(jobs_item_data, MaskJobView):
                jobs_item = jobs_item_data.to_dict()
            elif isinstance(jobs_item_data, InvisibleJobView):
                jobs_item = jobs_item_data.to_dict()
            elif isinstance(jobs_item_data, AllJobView):
                jobs_item = jobs_item_data.to_dict()
            else:
                jobs_item = jobs_item_data.to_dict()

            jobs.append(jobs_item)

        next_cursor: None | str | Unset
        if isinstance(self.next_cursor, Unset):
            next_cursor = UNSET
        else:
            next_cursor = self.next_cursor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"jobs": jobs})
        if next_cursor is not UNSET:
            field_dict["next_cursor"] = next_cursor

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.all_job_view import AllJobView  # noqa: PLC0415
        from ..models.detect_job_view import DetectJobView  # noqa: PLC0415
        from ..models.faces_job_view import FacesJobView  # noqa: PLC0415
        from ..models.invisible_job_view import InvisibleJobView  # noqa: PLC0415
        from ..models.mask_job_view import MaskJobView  # noqa: PLC0415
        from ..models.metadata_job_view import MetadataJobView  # noqa: PLC0415
        from ..models.swap_job_view import SwapJobView  # noqa: PLC0415
        from ..models.visible_job_view import VisibleJobView  # noqa: PLC0415

        d = dict(src_dict)
        jobs = []
        _jobs = d.pop("jobs")
        for jobs_item_data in _jobs:

            def _parse_jobs_item(
                data: object,
            ) -> (
                AllJobView | DetectJobView | FacesJobView | InvisibleJobView | MaskJobView | MetadataJobView | SwapJobView | VisibleJobView
            ):
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_job_view_type_0 = MetadataJobView.from_dict(data)

                    return componentsschemas_job_view_type_0
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_job_view_type_1 = DetectJobView.from_dict(data)

                    return componentsschemas_job_view_type_1
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_job_view_type_2 = VisibleJobView.from_dict(data)

                    return componentsschemas_job_view_type_2
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_job_view_type_3 = FacesJobView.from_dict(data)

                    return componentsschemas_job_view_type_3
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_job_view_type_4 = MaskJobView.from_dict(data)

                    return componentsschemas_job_view_type_4
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_job_view_type_5 = InvisibleJobView.from_dict(data)

                    return componentsschemas_job_view_type_5
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                try:
                    if not isinstance(data, dict):
                        raise TypeError()
                    componentsschemas_job_view_type_6 = AllJobView.from_dict(data)

                    return componentsschemas_job_view_type_6
                except (TypeError, ValueError, AttributeError, KeyError):
                    pass
                if not isinstance(data, dict):
                    raise TypeError()
                componentsschemas_job_view_type_7 = SwapJobView.from_dict(data)

                return componentsschemas_job_view_type_7

            jobs_item = _parse_jobs_item(jobs_item_data)

            jobs.append(jobs_item)

        def _parse_next_cursor(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor", UNSET))

        jobs_view = cls(jobs=jobs, next_cursor=next_cursor)

        jobs_view.additional_properties = d
        return jobs_view

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
