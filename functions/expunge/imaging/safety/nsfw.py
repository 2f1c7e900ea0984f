"""Yahoo's open NSFW network: how likely a picture is sexual content.

The preparation is that of its publication (yahoo/open_nsfw, `classify_nsfw.py`): a square of 256
pixels, a JPEG in between, the middle 224 pixels, blue first, minus the means of its training.
"""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from expunge.errors import Unavailable
from expunge.imaging.networks.session import Network, NetworkInvalid

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

SIDE, SEEN = 256, 224
MEANS = np.array((104, 117, 123), np.float32)
"""Of blue, green and red."""


class Analyser:
    """The network, ready to run."""

    def __init__(self, model: bytes) -> None:
        self._network = Network(model)

    def score(self, image: NDArray[np.uint8]) -> float:
        """The likelihood of sexual content, from 0 to 1, in an (H, W, 3) RGB image."""
        scores = self._network.run(_prepared(image)[None])[0]
        return float(scores[0, 1])


def _prepared(image: NDArray[np.uint8]) -> NDArray[np.float32]:
    whole = Image.fromarray(image)
    square = whole.resize((SIDE, SIDE), Image.Resampling.BILINEAR, reducing_gap=2.0)
    file = io.BytesIO()
    square.save(file, "JPEG")
    edge = (SIDE - SEEN) // 2
    with Image.open(file) as coded:
        middle = coded.crop((edge, edge, edge + SEEN, edge + SEEN))
    return np.asarray(middle, np.float32)[..., ::-1] - MEANS


@cache
def loaded(path: Path) -> Analyser:
    """Load the network; a process does so once.

    Raises
    ------
    expunge.errors.Unavailable
        If the file is not this network.
    """
    try:
        return Analyser(path.read_bytes())
    except (OSError, NetworkInvalid) as error:
        raise Unavailable(f"The weights of the content analyser cannot be used: {error}") from error
