from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.billing_view import BillingView
    from ..models.prices_view import PricesView
    from ..models.sign_in_view import SignInView
    from ..models.tasks_view import TasksView


T = TypeVar("T", bound="ConfigView")


@_attrs_define
class ConfigView:
    """What the operator has configured, for pages.

    Attributes:
        version (str):
        modes (list[str]):
        scopes (list[str]): The enabled scopes of `metadata`.
        purpose_required (bool): Whether a job needs a `purpose`.
        max_file_bytes (int):
        sign_in (SignInView): The ways to sign in that this server offers.
        billing (BillingView): What this server sells.
        credits_ (PricesView): Credits on this server.
        tasks (TasksView): What tasks do.
    """

    version: str
    modes: list[str]
    scopes: list[str]
    purpose_required: bool
    max_file_bytes: int
    sign_in: SignInView
    billing: BillingView
    credits_: PricesView
    tasks: TasksView
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        version = self.version

        modes = self.modes

        scopes = self.scopes

        purpose_required = self.purpose_required

        max_file_bytes = self.max_file_bytes

        sign_in = self.sign_in.to_dict()

        billing = self.billing.to_dict()

        credits_ = self.credits_.to_dict()

        tasks = self.tasks.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "version": version,
                "modes": modes,
                "scopes": scopes,
                "purpose_required": purpose_required,
                "max_file_bytes": max_file_bytes,
                "sign_in": sign_in,
                "billing": billing,
                "credits": credits_,
                "tasks": tasks,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.billing_view import BillingView  # noqa: PLC0415
        from ..models.prices_view import PricesView  # noqa: PLC0415
        from ..models.sign_in_view import SignInView  # noqa: PLC0415
        from ..models.tasks_view import TasksView  # noqa: PLC0415

        d = dict(src_dict)
        version = d.pop("version")

        modes = cast(list[str], d.pop("modes"))

        scopes = cast(list[str], d.pop("scopes"))

        purpose_required = d.pop("purpose_required")

        max_file_bytes = d.pop("max_file_bytes")

        sign_in = SignInView.from_dict(d.pop("sign_in"))

        billing = BillingView.from_dict(d.pop("billing"))

        credits_ = PricesView.from_dict(d.pop("credits"))

        tasks = TasksView.from_dict(d.pop("tasks"))

        config_view = cls(
            version=version,
            modes=modes,
            scopes=scopes,
            purpose_required=purpose_required,
            max_file_bytes=max_file_bytes,
            sign_in=sign_in,
            billing=billing,
            credits_=credits_,
            tasks=tasks,
        )

        config_view.additional_properties = d
        return config_view

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
