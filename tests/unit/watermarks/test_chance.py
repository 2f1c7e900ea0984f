"""Thresholds keep the stated rate of false alarms."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from expunge.imaging.watermarks.chance import FALSE_POSITIVES, needed, tail
from expunge.imaging.watermarks.payloads import PAYLOADS


@given(bits=st.integers(8, 256), hypotheses=st.integers(1, 10**9))
def test_no_fewer_bits_would_keep_the_rate(bits: int, hypotheses: int) -> None:
    matched = needed(bits, hypotheses)

    assert matched > bits or hypotheses * tail(bits, matched) <= FALSE_POSITIVES
    assert hypotheses * tail(bits, matched - 1) > FALSE_POSITIVES


def test_fifty_hypotheses_need_these_bits() -> None:
    assert [needed(bits, 50) for bits in (32, 48, 136)] == [29, 40, 96]


def test_flux_writes_its_constant_without_the_leading_zeros() -> None:
    lengths = {payload.name: len(payload) for payload in PAYLOADS}

    assert lengths == {
        "sdxl": 48, "flux": 46, "flux-48": 48, "StableDiffusionV1": 136,
        "StableDiffusionV1-Inpainting": 224, "SDV2": 32, "InvokeAI": 64,
    }  # fmt: skip
