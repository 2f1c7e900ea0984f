"""How to run an operator's decoder of an invisible watermark: a table of ``models.toml``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

CODES = ("trustmark",)


@dataclass(frozen=True, slots=True)
class WatermarkDecoder:
    """A network that takes a square and gives a number for each bit."""

    side: int
    """Side of the input square, in pixels."""
    bits: int
    """Numbers that it gives."""
    threshold: float
    """Number above which a bit is a one."""
    range: tuple[float, float]
    """The network's values for black and white."""
    middle: float
    """Ratio of an image's sides from which only the square in its middle is read."""
    code: str
    """The code that tells a payload from chance: ``trustmark``, or empty."""
    payloads: dict[str, str] = field(default_factory=dict)
    """Else the payloads to search for, as zeros and ones by name."""

    @classmethod
    def of(cls, name: str, entry: dict[str, Any]) -> WatermarkDecoder:
        """Read a table of the catalogue.

        Raises
        ------
        ValueError
            With the model's name and the error.
        """
        known = {"side", "bits", "threshold", "range", "middle", "code", "payloads"}
        side, bits = entry.get("side", 256), entry.get("bits", 100)
        if entry.keys() - known or side not in range(16, 4097) or bits not in range(8, 4097):
            raise ValueError(
                f"models.toml: {name}: side is 16 to 4096 and bits 8 to 4096; the other keys are "
                "threshold, range, middle, code and payloads"
            )
        code, payloads = entry.get("code", ""), entry.get("payloads", {})
        if (code not in CODES or bits != 100) if code else not payloads:
            raise ValueError(
                f"models.toml: {name}: code must be trustmark, of 100 bits, or payloads must name "
                "the payloads to search for"
            )
        if any(len(one) != bits or set(one) - set("01") for one in payloads.values()):
            raise ValueError(f"models.toml: {name}: each payload must be {bits} zeros and ones")
        low, high = entry.get("range", (0, 1))
        if low == high:
            raise ValueError(f"models.toml: {name}: range must be two different numbers")
        threshold, middle = float(entry.get("threshold", 0)), float(entry.get("middle", 2))
        return cls(side, bits, threshold, (float(low), float(high)), middle, code, payloads)
