from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.resynthesis_report_method import ResynthesisReportMethod, check_resynthesis_report_method
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.decoded import Decoded


T = TypeVar("T", bound="ResynthesisReport")


@_attrs_define
class ResynthesisReport:
    """How the pixels were made, and what is not known.

    Attributes:
        method (ResynthesisReportMethod):
        measured_on (list[str]): Watermark schemes that the treatment was tested on.
        psnr_db (float | None): `null` if no sample changed.
        decoded (list[Decoded]): Of the schemes that can be decoded here; only payloads that public tools write by
            default. Without `verify`, only in an image as it was written: no crop or resized copy of a marked image is
            recognised.
        synthid (Literal['unsupported_locally']):
        unknown (str):
        model (None | str | Unset):
        strength (None | str | Unset):
        planes (None | str | Unset):
        eased (bool | None | Unset): Whether a milder treatment was used.
        tried (list[str] | None | Unset): Strengths that were tried in turn, if `verify` was asked for.
        gave_up (bool | None | Unset): Whether a payload still decodes after the highest strength.
    """

    method: ResynthesisReportMethod
    measured_on: list[str]
    psnr_db: float | None
    decoded: list[Decoded]
    synthid: Literal["unsupported_locally"]
    unknown: str
    model: None | str | Unset = UNSET
    strength: None | str | Unset = UNSET
    planes: None | str | Unset = UNSET
    eased: bool | None | Unset = UNSET
    tried: list[str] | None | Unset = UNSET
    gave_up: bool | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        method: str = self.method

        measured_on = self.measured_on

        psnr_db: float | None
        psnr_db = self.psnr_db

        decoded = []
        for decoded_item_data in self.decoded:
            decoded_item = decoded_item_data.to_dict()
            decoded.append(decoded_item)

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

        tried: list[str] | None | Unset
        if isinstance(self.tried, Unset):
            tried = UNSET
        elif isinstance(self.tried, list):
            tried = self.tried

        else:
            tried = self.tried

        gave_up: bool | None | Unset
        if isinstance(self.gave_up, Unset):
            gave_up = UNSET
        else:
            gave_up = self.gave_up

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {"method": method, "measured_on": measured_on, "psnr_db": psnr_db, "decoded": decoded, "synthid": synthid, "unknown": unknown}
        )
        if model is not UNSET:
            field_dict["model"] = model
        if strength is not UNSET:
            field_dict["strength"] = strength
        if planes is not UNSET:
            field_dict["planes"] = planes
        if eased is not UNSET:
            field_dict["eased"] = eased
        if tried is not UNSET:
            field_dict["tried"] = tried
        if gave_up is not UNSET:
            field_dict["gave_up"] = gave_up

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.decoded import Decoded  # noqa: PLC0415

        d = dict(src_dict)
        method = check_resynthesis_report_method(d.pop("method"))

        measured_on = cast(list[str], d.pop("measured_on"))

        def _parse_psnr_db(data: object) -> float | None:
            if data is None:
                return data
            return cast(float | None, data)

        psnr_db = _parse_psnr_db(d.pop("psnr_db"))

        decoded = []
        _decoded = d.pop("decoded")
        for decoded_item_data in _decoded:
            decoded_item = Decoded.from_dict(decoded_item_data)

            decoded.append(decoded_item)

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

        def _parse_tried(data: object) -> list[str] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                tried_type_0 = cast(list[str], data)

                return tried_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[str] | None | Unset, data)

        tried = _parse_tried(d.pop("tried", UNSET))

        def _parse_gave_up(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        gave_up = _parse_gave_up(d.pop("gave_up", UNSET))

        resynthesis_report = cls(
            method=method,
            measured_on=measured_on,
            psnr_db=psnr_db,
            decoded=decoded,
            synthid=synthid,
            unknown=unknown,
            model=model,
            strength=strength,
            planes=planes,
            eased=eased,
            tried=tried,
            gave_up=gave_up,
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
