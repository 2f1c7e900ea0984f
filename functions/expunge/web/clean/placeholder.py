"""The placeholder image that explains in text why there is no cleaned image."""

from __future__ import annotations

import io
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate, islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.ImageDraw import ImageDraw
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Font = FreeTypeFont | ImageFont

SIZE = (640, 360)
MARGIN = 48
FLOOR = 296
"""Lowest y of the text, in pixels; text that does not fit ends in an ellipsis."""
_LONGEST_WORD = SIZE[0]
"""Letters of a word to measure: more than fit in a line, as each is wider than a pixel."""

# Mid greys, which suit both a white and a black page.
_GROUND, _FRAME, _INK, _PALE = 232, 201, 55, 97


@lru_cache(maxsize=256)
def placeholder(status: int, code: str, title: str, detail: str) -> bytes:
    """A PNG of 640 × 360 pixels: the problem's title, what happened, and its code.

    The run time is linear in the lengths of ``title`` and ``detail``. The last 256 images are
    cached.
    """
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415  only errors need Pillow

    image = Image.new("L", SIZE, _GROUND)
    draw = ImageDraw.Draw(image)
    fonts = {size: ImageFont.load_default(size) for size in (15, 18, 30)}
    _frame(draw)
    y = 126
    for line in _lines(title, fonts[30], 2):
        draw.text((MARGIN, y), line, _INK, fonts[30])
        y += 38
    y += 8
    for line in _lines(detail, fonts[18], (FLOOR - y) // 25):
        draw.text((MARGIN, y), line, _PALE, fonts[18])
        y += 25
    draw.text((MARGIN, SIZE[1] - 34), f"{status}   {code}", _PALE, fonts[15], anchor="lm")
    draw.text((SIZE[0] - MARGIN, SIZE[1] - 34), "expunge", _PALE, fonts[15], anchor="rm")
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


def _frame(draw: ImageDraw) -> None:
    """Draw a border, a rule above the code, and an icon of an image with a folded corner."""
    width, height = SIZE
    draw.rectangle((0, 0, width - 1, height - 1), outline=_FRAME)
    draw.line((MARGIN, height - 60, width - MARGIN, height - 60), fill=_FRAME)
    x, y = MARGIN, 50
    sheet = [(x, y), (x + 42, y), (x + 58, y + 16), (x + 58, y + 46), (x, y + 46), (x, y)]
    draw.line(sheet, fill=_PALE, width=3, joint="curve")
    draw.line([(x + 42, y), (x + 42, y + 16), (x + 58, y + 16)], fill=_PALE, width=3)
    draw.line([(x + 8, y + 38), (x + 22, y + 20), (x + 32, y + 32)], fill=_PALE, width=3)
    draw.line([(x + 32, y + 32), (x + 38, y + 26), (x + 50, y + 38)], fill=_PALE, width=3)
    draw.ellipse((x + 26, y + 8, x + 34, y + 16), fill=_PALE)


def _lines(text: str, font: Font, most: int) -> list[str]:
    """Wrap the text between the margins; cut it after ``most`` lines."""
    lines = list(islice(_wrapped(text, font), most + 1))
    if len(lines) > most:
        lines[most - 1] = lines[most - 1].rstrip(" .,;:…") + "…"
    return lines[:most]


def _wrapped(text: str, font: Font) -> Iterator[str]:
    """Yield lines as long as possible; shorten a word that is longer than a line."""
    width = SIZE[0] - 2 * MARGIN
    space = font.getlength(" ")
    line, used = "", 0.0
    for word in text.split():
        length = font.getlength(word[:_LONGEST_WORD])
        if line and used + space + length <= width:
            line, used = f"{line} {word}", used + space + length
            continue
        if line:
            yield line
        line, used = (word, length) if length <= width else (_shortened(word, font, width), width)
    if line:
        yield line


def _shortened(word: str, font: Font, width: int) -> str:
    """The part of the word that fits before an ellipsis, by the widths of its letters."""
    available = width - font.getlength("…")
    widths = accumulate(font.getlength(letter) for letter in word[:_LONGEST_WORD])
    return word[: bisect_right(list(widths), available)] + "…"
