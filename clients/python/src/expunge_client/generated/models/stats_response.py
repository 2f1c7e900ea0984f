from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.stats_response_jobs_by_method import StatsResponseJobsByMethod
    from ..models.stats_response_jobs_by_type import StatsResponseJobsByType


T = TypeVar("T", bound="StatsResponse")


@_attrs_define
class StatsResponse:
    """Totals of the stored images and jobs.

    Attributes:
        total_images (int):
        total_jobs (int):
        jobs_by_type (StatsResponseJobsByType):
        jobs_by_method (StatsResponseJobsByMethod):
        kept_hours (int): Hours for which images are stored; older ones do not count.
    """

    total_images: int
    total_jobs: int
    jobs_by_type: StatsResponseJobsByType
    jobs_by_method: StatsResponseJobsByMethod
    kept_hours: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        total_images = self.total_images

        total_jobs = self.total_jobs

        jobs_by_type = self.jobs_by_type.to_dict()

        jobs_by_method = self.jobs_by_method.to_dict()

        kept_hours = self.kept_hours

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "total_images": total_images,
                "total_jobs": total_jobs,
                "jobs_by_type": jobs_by_type,
                "jobs_by_method": jobs_by_method,
                "kept_hours": kept_hours,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.stats_response_jobs_by_method import StatsResponseJobsByMethod  # noqa: PLC0415
        from ..models.stats_response_jobs_by_type import StatsResponseJobsByType  # noqa: PLC0415

        d = dict(src_dict)
        total_images = d.pop("total_images")

        total_jobs = d.pop("total_jobs")

        jobs_by_type = StatsResponseJobsByType.from_dict(d.pop("jobs_by_type"))

        jobs_by_method = StatsResponseJobsByMethod.from_dict(d.pop("jobs_by_method"))

        kept_hours = d.pop("kept_hours")

        stats_response = cls(
            total_images=total_images,
            total_jobs=total_jobs,
            jobs_by_type=jobs_by_type,
            jobs_by_method=jobs_by_method,
            kept_hours=kept_hours,
        )

        stats_response.additional_properties = d
        return stats_response

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
