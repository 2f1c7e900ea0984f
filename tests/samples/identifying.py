"""Codes, lines of text and plates as pictures, and composites of them on other pictures."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from expunge.imaging.targets.spots import Corners

Pixels = np.ndarray

_EAN = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011",
        "0110111", "0001011")  # fmt: skip
_EAN_PARITY = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG",
               "LGLGGL", "LGGLGL")  # fmt: skip
_CODE_39 = {
    "0": "nnnwwnwnn", "1": "wnnwnnnnw", "2": "nnwwnnnnw", "3": "wnwwnnnnn", "4": "nnnwwnnnw",
    "5": "wnnwwnnnn", "6": "nnwwwnnnn", "7": "nnnwnnwnw", "8": "wnnwnnwnn", "9": "nnwwnnwnn",
    "*": "nwnnwnwnn",
}  # fmt: skip


def qr(text: str, module: int) -> Pixels:
    """A QR code with its quiet zone, (h, w) grey."""
    code = cv2.QRCodeEncoder.create().encode(text)
    return cv2.resize(code, None, fx=module, fy=module, interpolation=cv2.INTER_NEAREST)


def ean_13(digits: str, module: int, height: int = 0) -> Pixels:
    """A bar code of twelve digits; the thirteenth is computed."""
    numbers = [int(digit) for digit in digits]
    check = -sum(number * (3 if place % 2 else 1) for place, number in enumerate(numbers)) % 10
    parity = _EAN_PARITY[numbers[0]]
    left = "".join(
        _ean_left(number, side) for number, side in zip(numbers[1:7], parity, strict=True)
    )
    right = "".join(_inverse(_EAN[number]) for number in (*numbers[7:], check))
    return _bars("101" + left + "01010" + right + "101", module, height or 50 * module)


def _ean_left(number: int, side: str) -> str:
    return _EAN[number] if side == "L" else _inverse(_EAN[number])[::-1]


def _inverse(bits: str) -> str:
    return bits.translate(str.maketrans("01", "10"))


def code_39(digits: str, module: int, height: int = 0) -> Pixels:
    """A bar code that OpenCV does not decode."""
    bits = ""
    for character in f"*{digits}*":
        for place, width in enumerate(_CODE_39[character]):
            bits += ("1" if place % 2 == 0 else "0") * (3 if width == "w" else 1)
        bits += "0"
    return _bars(bits, module, height or 40 * module)


def _bars(bits: str, module: int, height: int) -> Pixels:
    row = np.where(np.array([bit == "1" for bit in bits]), 0, 255).astype(np.uint8)
    bars = np.repeat(np.tile(np.repeat(row, module), (height, 1)), 1, axis=0)
    return np.pad(bars, ((2 * module, 2 * module), (9 * module, 9 * module)), constant_values=255)


def line(text: str, height: int, ink: int = 20, paper: int | None = 235) -> Pixels:
    """A line of text, (h, w, 2): grey and opacity; without ``paper`` only letters are opaque."""
    font = ImageFont.load_default(height)
    left, top, right, bottom = font.getbbox(text)
    size = (math.ceil(right - left) + height, math.ceil(bottom - top) + height // 2)
    letters = Image.new("L", size, 0)
    ImageDraw.Draw(letters).text((height / 2 - left, height / 4 - top), text, fill=255, font=font)
    share = np.asarray(letters, np.float32)[..., None] / 255
    if paper is None:
        return np.dstack((np.full(share.shape[:2], ink, np.float32), 255 * share)).astype(np.uint8)
    grey = ink * share + paper * (1 - share)
    return np.dstack((grey, np.full(grey.shape[:2], 255.0))).astype(np.uint8)


def plate(text: str, height: int) -> Pixels:
    """A number plate, (h, w) grey: a white field with a grey rim."""
    letters = line(text, height, 15, 245)[..., 0]
    field = np.pad(letters, height // 5, constant_values=245)
    return np.pad(field, max(1, height // 14), constant_values=140)


@dataclass(frozen=True, slots=True)
class Placement:
    """How a picture is laid on another."""

    centre: tuple[float, float]
    lean: float = 0.0
    """Degrees."""
    scale: float = 1.0
    tilt: float = 0.0
    """Share by which the right side is shorter than the left one."""
    blur: float = 0.0
    """Standard deviation in pixels."""
    quality: int = 0
    """Of the JPEG that the composite went through; 0 for none."""


def laid(background: Pixels, picture: Pixels, how: Placement) -> tuple[Pixels, Corners, Pixels]:
    """Lay a grey picture, or one with opacity, on (H, W, 3).

    Returns the composite, the corners of the picture in it, and (H, W) its ink.
    """
    grey, opacity = (picture[..., 0], picture[..., 1]) if picture.ndim == 3 else (picture, None)
    opaque = np.full(grey.shape, 255, np.uint8) if opacity is None else opacity
    corners = _corners(grey.shape, how)
    height, width = grey.shape
    own = np.array(((0, 0), (width, 0), (width, height), (0, height)), np.float32)
    matrix = cv2.getPerspectiveTransform(own, corners)
    size = background.shape[1::-1]
    warped = cv2.warpPerspective(grey, matrix, size, flags=cv2.INTER_AREA)
    share = cv2.warpPerspective(opaque, matrix, size, flags=cv2.INTER_LINEAR)[..., None] / 255
    made = background * (1 - share) + warped[..., None] * share
    ink = (share[..., 0] > 0.5) & (warped < 128)
    if how.blur:
        made = cv2.GaussianBlur(made, (0, 0), how.blur)
    made = np.rint(made).astype(np.uint8)
    if how.quality:
        coded = cv2.imencode(".jpg", made, [cv2.IMWRITE_JPEG_QUALITY, how.quality])[1]
        made = cv2.imdecode(coded, cv2.IMREAD_COLOR)
    return made, corners, ink


def _corners(shape: tuple[int, ...], how: Placement) -> Corners:
    tall, wide = (side * how.scale / 2 for side in shape)
    right = tall * (1 - how.tilt)
    own = np.array(((-wide, -tall), (wide, -right), (wide, right), (-wide, tall)))
    turn = math.radians(how.lean)
    matrix = np.array(((math.cos(turn), -math.sin(turn)), (math.sin(turn), math.cos(turn))))
    return (own @ matrix.T + how.centre).astype(np.float32)
