"""Searches with networks: RivaGAN for the payloads of public tools, and an operator's decoders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from expunge.imaging.watermarks.chance import needed
from expunge.imaging.watermarks.network import RIVAGAN_SCALES, Square, rivagan, squared
from expunge.imaging.watermarks.payloads import PAYLOADS
from expunge.imaging.watermarks.search import Hit
from expunge.imaging.watermarks.trustmark import PACKET, Packet, read_packet

if TYPE_CHECKING:
    from pathlib import Path

    from expunge.imaging.watermarks.planes import Pixels


@dataclass(frozen=True, slots=True)
class Decoder:
    """An operator's network, and how its bits are told from chance."""

    form: Square
    bits: int
    threshold: float
    """Output above which a bit is a one."""
    trustmark: bool
    """Whether the bits are a packet of TrustMark; else one of `payloads`."""
    payloads: dict[str, str]
    """Zeros and ones by name."""


RIVAGAN = "rivagan-decoder"
"""Its entry in the catalogue."""
_OF_RIVAGAN = tuple(payload for payload in PAYLOADS if len(payload) == 32)


def search_rivagan(path: Path, pixels: Pixels) -> list[Hit]:
    """Read the middle of the image at several scales."""
    tries = len(RIVAGAN_SCALES) * len(_OF_RIVAGAN)
    for scale in RIVAGAN_SCALES:
        bits = rivagan(path, pixels, scale)
        for payload in _OF_RIVAGAN:
            matched = int((bits == payload.bits).sum())
            if matched >= needed(len(payload), tries):
                return [Hit("rivaGan", payload.name, payload.tool, 32, matched, tries, scale=scale)]
    return []


def search_supplied(path: Path, name: str, decoder: Decoder, pixels: Pixels) -> list[Hit]:
    """Read the bits of an operator's decoder, and compare them with what its entry states."""
    bits = squared(path, pixels, decoder.form, decoder.bits, decoder.threshold)
    if decoder.trustmark:
        packet = read_packet(bits)
        return [] if packet is None else [_of_packet(name, packet)]
    tries = max(len(decoder.payloads), 1)
    for label, digits in decoder.payloads.items():
        matched = int((bits == np.array([digit == "1" for digit in digits])).sum())
        if matched >= needed(decoder.bits, tries):
            return [Hit(name, label, name, decoder.bits, matched, tries)]
    return []


def _of_packet(name: str, packet: Packet) -> Hit:
    """The code has 2 ** data packets of 2 ** 96: so many payloads were tried."""
    tried = 2 ** len(packet.payload)
    return Hit(name, packet.payload, f"TrustMark ({packet.schema})", PACKET,
               PACKET - packet.errors, tried)  # fmt: skip
