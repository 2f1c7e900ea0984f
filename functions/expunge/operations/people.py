"""Recognise the people that the option ``except`` names.

Descriptors are made on the spot. They are in no report, no log and no error.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from expunge import base64_file, models
from expunge.errors import ExpungeError, FieldError, ValidationFailed
from expunge.imaging.codecs import decode
from expunge.imaging.faces.choices import DESCRIPTOR
from expunge.imaging.faces.descriptor import Describer, loaded, tells
from expunge.imaging.faces.recognition import SMALLEST, Limits, comparable, recognised
from expunge.imaging.source import Source
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations import faces
from expunge.operations.options.faces import FacesOptions
from expunge.operations.options.reference import numbers_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from expunge.imaging.codecs import Picture
    from expunge.imaging.faces.faces import Faces, Floats

SURE = 0.5
"""Confidence from which something in a reference counts as a face."""
MAX_PIXELS = 4_000_000
"""Most pixels of a picture in the options, since a small file may have very many."""


def described(source: Source) -> Floats:
    """Return the (128,) descriptor of the one face in an image.

    Raises
    ------
    expunge.errors.ModelMissing
        If a network is not installed.
    expunge.errors.ExpungeError
        For an image that cannot be decoded, with its reason.
    ValueError
        For an image without exactly one face that can be compared.
    """
    describer = _describer()
    faces.check(source, FacesOptions())
    seen = faces.detect(source, FacesOptions(confidence=SURE), Stopwatch()).found.faces
    picture = decode(source)
    usable = _comparable(picture, seen, range(len(seen)))
    if len(usable) != 1:
        raise ValueError(_count(len(seen), len(usable)))
    return describer.describe(picture, seen.landmarks[usable[0]])


def references(given: Sequence[str]) -> Floats:
    """Return the (R, 128) descriptors of the option's items.

    Raises
    ------
    expunge.errors.ValidationFailed
        For a picture without exactly one face, by its pointer.
    """
    rows = [_reference(text, f"/options/except/{number}") for number, text in enumerate(given)]
    return np.stack(rows)


def recognise(
    picture: Picture, seen: Faces, indices: Sequence[int], known: Floats
) -> dict[int, int]:
    """Return which of these faces are known people: the index of the reference, by face."""
    usable = _comparable(picture, seen, indices)
    if not usable:
        return {}
    describer = _describer()
    rows = np.stack([describer.describe(picture, seen.landmarks[index]) for index in usable])
    found = recognised(rows, known, limits())
    return {usable[row]: reference for row, reference in found.items()}


def _comparable(picture: Picture, seen: Faces, indices: Sequence[int]) -> list[int]:
    """Those indices whose faces can be compared, also by their contrast, the largest first."""
    return [one for one in comparable(seen, indices) if tells(picture, seen.landmarks[one])]


def _reference(text: str, pointer: str) -> Floats:
    try:
        numbers = numbers_of(text)
        if numbers is not None:
            return np.array(numbers, np.float32)
        image, _ = base64_file.read(text, pointer)
        source = Source.of(image)
        _check_size(source)
        return described(source)
    except (ValidationFailed, models.ModelMissing):
        raise
    except (ValueError, ExpungeError) as error:
        reason = error.detail if isinstance(error, ExpungeError) else str(error)
        raise ValidationFailed(FieldError(pointer, reason)) from None


def _check_size(source: Source) -> None:
    width, height = source.layout.displayed
    if width * height > MAX_PIXELS:
        raise ValueError(f"has {width:,} × {height:,} pixels; at most {MAX_PIXELS:,} are read")


def _describer() -> Describer:
    return loaded(models.installed(DESCRIPTOR))


@cache
def limits() -> Limits:
    measured = models.BUILT_IN / f"{DESCRIPTOR}.json"
    return Limits.of(json.loads(measured.read_text(encoding="utf-8")))


def _count(seen: int, usable: int) -> str:
    """Why a reference cannot be used."""
    if usable > 1:
        return f"shows {usable} faces; crop it to the one that is to stay visible"
    if seen:
        return (
            f"shows no face that can be compared; it must be at least {SMALLEST} pixels high, "
            "turned to the camera, and not in the dark"
        )
    return "shows no face; give a sharp picture of one, turned to the camera"
