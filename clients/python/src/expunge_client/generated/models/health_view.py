from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.health_view_status import HealthViewStatus, check_health_view_status

if TYPE_CHECKING:
    from ..models.health_view_stores import HealthViewStores


T = TypeVar("T", bound="HealthView")


@_attrs_define
class HealthView:
    """The health of the service.

    Attributes:
        status (HealthViewStatus):
        version (str):
        modes (list[str]):
        stores (HealthViewStores):
        model (str): The default face detector.
        model_loaded (bool): Whether the detector's weights are installed.
        input_size (list[int]): Size in pixels that the finest pass of the plan `balanced` fits an image into.
        supports_landmarks (bool):
        database_enabled (bool):
        database_ready (bool):
        storage_enabled (bool): Whether the faces surface stores images.
        storage_ready (bool):
    """

    status: HealthViewStatus
    version: str
    modes: list[str]
    stores: HealthViewStores
    model: str
    model_loaded: bool
    input_size: list[int]
    supports_landmarks: bool
    database_enabled: bool
    database_ready: bool
    storage_enabled: bool
    storage_ready: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        status: str = self.status

        version = self.version

        modes = self.modes

        stores = self.stores.to_dict()

        model = self.model

        model_loaded = self.model_loaded

        input_size = self.input_size

        supports_landmarks = self.supports_landmarks

        database_enabled = self.database_enabled

        database_ready = self.database_ready

        storage_enabled = self.storage_enabled

        storage_ready = self.storage_ready

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "status": status,
                "version": version,
                "modes": modes,
                "stores": stores,
                "model": model,
                "model_loaded": model_loaded,
                "input_size": input_size,
                "supports_landmarks": supports_landmarks,
                "database_enabled": database_enabled,
                "database_ready": database_ready,
                "storage_enabled": storage_enabled,
                "storage_ready": storage_ready,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.health_view_stores import HealthViewStores  # noqa: PLC0415

        d = dict(src_dict)
        status = check_health_view_status(d.pop("status"))

        version = d.pop("version")

        modes = cast(list[str], d.pop("modes"))

        stores = HealthViewStores.from_dict(d.pop("stores"))

        model = d.pop("model")

        model_loaded = d.pop("model_loaded")

        input_size = cast(list[int], d.pop("input_size"))

        supports_landmarks = d.pop("supports_landmarks")

        database_enabled = d.pop("database_enabled")

        database_ready = d.pop("database_ready")

        storage_enabled = d.pop("storage_enabled")

        storage_ready = d.pop("storage_ready")

        health_view = cls(
            status=status,
            version=version,
            modes=modes,
            stores=stores,
            model=model,
            model_loaded=model_loaded,
            input_size=input_size,
            supports_landmarks=supports_landmarks,
            database_enabled=database_enabled,
            database_ready=database_ready,
            storage_enabled=storage_enabled,
            storage_ready=storage_ready,
        )

        health_view.additional_properties = d
        return health_view

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
