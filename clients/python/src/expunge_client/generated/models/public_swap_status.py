from typing import Literal

PublicSwapStatus = Literal["canceled", "done", "failed", "preparing", "processing", "queued"]

PUBLIC_SWAP_STATUS_VALUES: set[PublicSwapStatus] = {"canceled", "done", "failed", "preparing", "processing", "queued"}


def check_public_swap_status(value: str) -> PublicSwapStatus:
    if value in PUBLIC_SWAP_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {PUBLIC_SWAP_STATUS_VALUES!r}")
