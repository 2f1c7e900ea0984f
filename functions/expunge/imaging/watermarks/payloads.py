"""The fixed payloads that public tools write by default, as their sources state them.

``bin(…)[2:]`` in the sources of Flux drops two leading zeros of its constant, so that Flux writes
46 bits. Tools that pad the constant write 48.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Payload:
    """Bits that a tool repeats over the whole image."""

    name: str
    tool: str
    """The tools that write it unless told otherwise."""
    bits: NDArray[np.bool_] = field(repr=False)

    def __len__(self) -> int:
        return len(self.bits)

    @classmethod
    def text(cls, name: str, tool: str) -> Payload:
        """The payload whose bits are those of ``name`` in ASCII, the highest bit first."""
        return cls(name, tool, np.unpackbits(np.frombuffer(name.encode(), np.uint8)).astype(bool))

    @classmethod
    def digits(cls, name: str, tool: str, digits: str) -> Payload:
        return cls(name, tool, np.array([digit == "1" for digit in digits]))


_SDXL = "101100111110110010010000011110111011000110011110"
_FLUX = "001010101111111010000111100111001111010100101110"

PAYLOADS = (
    Payload.digits(
        "sdxl", "Stable Diffusion XL, Stable Video Diffusion (generative-models, diffusers)", _SDXL
    ),
    Payload.digits("flux", "Flux (flux, flux2, diffusers)", _FLUX.removeprefix("00")),
    Payload.digits("flux-48", "Flux, its constant in 48 bits", _FLUX),
    Payload.text("StableDiffusionV1", "Stable Diffusion 1 (scripts of CompVis)"),
    Payload.text("StableDiffusionV1-Inpainting", "Stable Diffusion 1 inpainting (Runway)"),
    Payload.text("SDV2", "Stable Diffusion 2 (scripts of Stability AI)"),
    Payload.text("InvokeAI", "InvokeAI"),
)
"""The most common first."""
