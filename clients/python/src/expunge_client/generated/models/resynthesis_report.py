from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.resynthesis_report_method import ResynthesisReportMethod, check_resynthesis_report_method
from ..types import UNSET, Unset

T = TypeVar("T", bound="ResynthesisReport")


@_attrs_define
class ResynthesisReport:
    """How the pixels were made, and what is not known.

    Attributes:
        method (ResynthesisReportMethod):
        measured_on (list[str]): Watermark schemes that the treatment was tested on.
        psnr_db (float | None): `null` if no sample changed.
        synthid (Literal['unsupported_locally']):
        unknown (str):
        model (None | str | Unset):
        strength (None | str | Unset):
        planes (None | str | Unset):
        eased (bool | None | Unset): Whether a milder treatment was used.
    """

    method: ResynthesisReportMethod
    measured_on: list[str]
    psnr_db: float | None
    synthid: Literal["unsupported_locally"]
    unknown: str
    model: None | str | Unset = UNSET
    strength: None | str | Unset = UNSET
    planes: None | str | Unset = UNSET
    eased: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method: str = self.method

        measured_on = self.measured_on

        psnr_db: float | None
        psnr_db = self.psnr_db

        synthid = self.synthid

        unknown = self.unknown

        model: None | str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        else:
            model = self.model

        strength: None | str | Unset
        if isinstance(self.strength, Unset):
            strength = UNSET
        else:
            strength = self.strength

        planes: None | str | Unset
        if isinstance(self.planes, Unset):
            planes = UNSET
        else:
            planes = self.planes

        eased: bool | None | Unset
        if isinstance(self.eased, Unset):
            eased = UNSET
        else:
            eased = self.eased

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"method": method, "measured_on": measured_on, "psnr_db": psnr_db, "synthid": synthid, "unknown": unknown})
        if model is not UNSET:
            field_dict["model"] = model
        if strength is not UNSET:
            field_dict["strength"] = strength
        if planes is not UNSET:
            field_dict["planes"] = planes
        if eased is not UNSET:
            field_dict["eased"] = eased

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        method = check_resynthesis_report_method(d.pop("method"))

        measured_on = cast(list[str], d.pop("measured_on"))

        def _parse_psnr_db(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        psnr_db = _parse_psnr_db(d.pop("psnr_db"))

        synthid = cast(Literal["unsupported_locally"], d.pop("synthid"))
        if synthid != "unsupported_locally":
            raise ValueError(f"synthid must match const 'unsupported_locally', got '{synthid}'")

        unknown = d.pop("unknown")

        def _parse_model(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        def _parse_strength(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        strength = _parse_strength(d.pop("strength", UNSET))

        def _parse_planes(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        planes = _parse_planes(d.pop("planes", UNSET))

        def _parse_eased(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        eased = _parse_eased(d.pop("eased", UNSET))

        resynthesis_report = cls(
            method=method,
            measured_on=measured_on,
            psnr_db=psnr_db,
            synthid=synthid,
            unknown=unknown,
            model=model,
            strength=strength,
            planes=planes,
            eased=eased,
        )

        resynthesis_report.additional_properties = d
        return resynthesis_report

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
