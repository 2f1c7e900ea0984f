from typing import Literal

SwapOptionsConsentType0 = Literal["own_face", "permission"]

SWAP_OPTIONS_CONSENT_TYPE_0_VALUES: set[SwapOptionsConsentType0] = {"own_face", "permission"}


def check_swap_options_consent_type_0(value: str) -> SwapOptionsConsentType0:
    if value in SWAP_OPTIONS_CONSENT_TYPE_0_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {SWAP_OPTIONS_CONSENT_TYPE_0_VALUES!r}")
