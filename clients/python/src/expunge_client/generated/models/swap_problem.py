from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.swap_problem_code import SwapProblemCode, check_swap_problem_code
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.field_problem import FieldProblem


T = TypeVar("T", bound="SwapProblem")


@_attrs_define
class SwapProblem:
    """RFC 9457 problem details, with the words of the swap routes' reference as codes.

    Attributes:
        type_ (str): URL of a page that explains the problem.
        title (str):
        status (int):
        detail (str):
        instance (str): The request's id.
        retryable (bool): Whether the same request may succeed later.
        code (SwapProblemCode): `type` ends with the code that other routes have for the problem.
        errors (list[FieldProblem] | None | Unset):
        errors_omitted (int | None | Unset): Number of wrong fields that `errors` leaves out.
    """

    type_: str
    title: str
    status: int
    detail: str
    instance: str
    retryable: bool
    code: SwapProblemCode
    errors: list[FieldProblem] | None | Unset = UNSET
    errors_omitted: int | None | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        type_ = self.type_

        title = self.title

        status = self.status

        detail = self.detail

        instance = self.instance

        retryable = self.retryable

        code: str = self.code

        errors: list[dict[str, Any]] | None | Unset
        if isinstance(self.errors, Unset):
            errors = UNSET
        elif isinstance(self.errors, list):
            errors = []
            for errors_type_0_item_data in self.errors:
                errors_type_0_item = errors_type_0_item_data.to_dict()
                errors.append(errors_type_0_item)

        else:
            errors = self.errors

        errors_omitted: int | None | Unset
        if isinstance(self.errors_omitted, Unset):
            errors_omitted = UNSET
        else:
            errors_omitted = self.errors_omitted

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {"type": type_, "title": title, "status": status, "detail": detail, "instance": instance, "retryable": retryable, "code": code}
        )
        if errors is not UNSET:
            field_dict["errors"] = errors
        if errors_omitted is not UNSET:
            field_dict["errors_omitted"] = errors_omitted

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.field_problem import FieldProblem  # noqa: PLC0415

        d = dict(src_dict)
        type_ = d.pop("type")

        title = d.pop("title")

        status = d.pop("status")

        detail = d.pop("detail")

        instance = d.pop("instance")

        retryable = d.pop("retryable")

        code = check_swap_problem_code(d.pop("code"))

        def _parse_errors(data: object) -> list[FieldProblem] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                errors_type_0 = []
                _errors_type_0 = data
                for errors_type_0_item_data in _errors_type_0:
                    errors_type_0_item = FieldProblem.from_dict(errors_type_0_item_data)

                    errors_type_0.append(errors_type_0_item)

                return errors_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FieldProblem] | None | Unset, data)

        errors = _parse_errors(d.pop("errors", UNSET))

        def _parse_errors_omitted(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        errors_omitted = _parse_errors_omitted(d.pop("errors_omitted", UNSET))

        swap_problem = cls(
            type_=type_,
            title=title,
            status=status,
            detail=detail,
            instance=instance,
            retryable=retryable,
            code=code,
            errors=errors,
            errors_omitted=errors_omitted,
        )

        swap_problem.additional_properties = d
        return swap_problem

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
