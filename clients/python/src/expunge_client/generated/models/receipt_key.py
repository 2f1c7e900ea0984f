from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ReceiptKey")


@_attrs_define
class ReceiptKey:
    """A public key, as a JWK.

    Attributes:
        kty (Literal['OKP']):
        crv (Literal['Ed25519']):
        x (str): The public key in base64url.
        alg (Literal['Ed25519']):
        use (Literal['sig']):
        kid (str): The id that receipts name: the key's SHA-256 thumbprint.
    """

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    alg: Literal["Ed25519"]
    use: Literal["sig"]
    kid: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kty = self.kty

        crv = self.crv

        x = self.x

        alg = self.alg

        use = self.use

        kid = self.kid

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update({"kty": kty, "crv": crv, "x": x, "alg": alg, "use": use, "kid": kid})

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kty = cast(Literal["OKP"], d.pop("kty"))
        if kty != "OKP":
            raise ValueError(f"kty must match const 'OKP', got '{kty}'")

        crv = cast(Literal["Ed25519"], d.pop("crv"))
        if crv != "Ed25519":
            raise ValueError(f"crv must match const 'Ed25519', got '{crv}'")

        x = d.pop("x")

        alg = cast(Literal["Ed25519"], d.pop("alg"))
        if alg != "Ed25519":
            raise ValueError(f"alg must match const 'Ed25519', got '{alg}'")

        use = cast(Literal["sig"], d.pop("use"))
        if use != "sig":
            raise ValueError(f"use must match const 'sig', got '{use}'")

        kid = d.pop("kid")

        receipt_key = cls(kty=kty, crv=crv, x=x, alg=alg, use=use, kid=kid)

        receipt_key.additional_properties = d
        return receipt_key

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
