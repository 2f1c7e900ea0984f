from typing import Literal

C2PaSectionValidityType0 = Literal["expired", "invalid", "remote_only", "unverified", "valid"]

C2_PA_SECTION_VALIDITY_TYPE_0_VALUES: set[C2PaSectionValidityType0] = {"expired", "invalid", "remote_only", "unverified", "valid"}


def check_c2_pa_section_validity_type_0(value: str) -> C2PaSectionValidityType0:
    if value in C2_PA_SECTION_VALIDITY_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {C2_PA_SECTION_VALIDITY_TYPE_0_VALUES!r}")
