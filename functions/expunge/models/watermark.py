"""How to run an operator's decoder of an invisible watermark: a table of ``models.toml``."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictInt, ValidationError

FEWEST_BITS = 14
"""A payload of fewer bits is met by chance with a probability above 10⁻⁴, so it is never a hit."""


class WatermarkDecoder(BaseModel):
    """A network that takes a square and gives a number for each bit."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    side: StrictInt = Field(256, ge=16, le=4096)
    """Side of the input square, in pixels."""
    bits: StrictInt = Field(100, ge=FEWEST_BITS, le=4096)
    """Numbers that it gives."""
    threshold: float = 0.0
    """Number above which a bit is a one."""
    range: tuple[float, float] = (0.0, 1.0)
    """The network's values for black and white."""
    middle: float = Field(2.0, ge=1)
    """Ratio of an image's sides from which only the square in its middle is read."""
    code: Literal["", "trustmark"] = ""
    """The code that tells a payload from chance: ``trustmark``, or empty."""
    payloads: dict[str, str] = {}
    """Else the payloads to search for, as zeros and ones by name."""

    @classmethod
    def of(cls, name: str, entry: dict[str, Any]) -> WatermarkDecoder:
        """Read a table of the catalogue.

        Raises
        ------
        ValueError
            With the model's name and the error.
        """
        try:
            made = cls.model_validate(entry)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "watermark_decoder"
            raise ValueError(
                f"models.toml: {name}: {where}: {first['msg']}; the keys are "
                f"{', '.join(cls.model_fields)}"
            ) from None
        if wrong := made._wrong():
            raise ValueError(f"models.toml: {name}: {wrong}")
        return made

    def _wrong(self) -> str:
        """What is wrong with the values together."""
        if (self.bits != 100) if self.code else not self.payloads:
            return (
                "code must be trustmark, of 100 bits, or payloads must name the payloads to "
                "search for"
            )
        if any(len(one) != self.bits or set(one) != set("01") for one in self.payloads.values()):
            return f"each payload must be {self.bits} zeros and ones, with some of both"
        if self.range[0] == self.range[1]:
            return "range must be two different numbers"
        return ""
