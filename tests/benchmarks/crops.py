"""Draw the page of crops of docs/explanation/invisible.md: ``make bench ONLY=crops``.

The photographs come from the folder in ``EXPUNGE_PHOTOGRAPHS``, by their digests in
``invisible.json``. The line drawing is drawn here.
"""

from __future__ import annotations

import io
import json
import os
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont
from rich.console import Console

import expunge
from tests.benchmarks.watermarks import Samples

PAGE = Path(__file__).parents[2] / "docs/explanation/images/invisible.webp"
KODAK = "MohamedBakrAli/Kodak-Lossless-True-Color-Image-Suite", "PhotoCD_PCD0992/"
CROPS = (
    ("text", KODAK[0], KODAK[1] + "08.png", 560, 250),
    ("face", KODAK[0], KODAK[1] + "04.png", 150, 215),
    ("skin", KODAK[0], KODAK[1] + "15.png", 395, 60),
    ("foliage", "immich-app/test-assets", "albums/nature/silver_fir.jpg", 270, 60),
)
"""Subject, source, path, and the crop's left and upper edge."""
WIDTH, HEIGHT, GAP, AMPLIFIED = 208, 168, 6, 8
COLUMNS = ("before", "after medium", f"{AMPLIFIED}-fold difference")


def run(console: Console) -> None:
    """Write the page, if every photograph is in the folder."""
    files = by_digest()
    rows = []
    for subject, source, path, left, top in CROPS:
        digest = listed(source, path)
        if digest not in files:
            console.print(
                f"{source}: {path} is not in EXPUNGE_PHOTOGRAPHS; the page stays as it is"
            )
            return
        rows.append(row(subject, pixels(files[digest]), left, top))
    rows.append(row("line art", drawing(), 0, 0))
    page = np.concatenate([heading(), *rows])
    Image.fromarray(page).save(PAGE, quality=78, method=6, use_sharp_yuv=True)
    console.print(f"{PAGE.name}: {PAGE.stat().st_size:,} bytes")


def by_digest() -> dict[str, Path]:
    folder = Path(os.environ.get("EXPUNGE_PHOTOGRAPHS", "."))
    files = (path for path in folder.rglob("*") if path.suffix in (".jpg", ".png"))
    return {sha256(path.read_bytes()).hexdigest(): path for path in files}


def listed(source: str, path: str) -> str:
    """The digest of a photograph."""
    manifest = json.loads(Path(__file__).with_name("invisible.json").read_text())
    same = (one for one in manifest["pictures"] if (one["source"], one["path"]) == (source, path))
    return str(next(same)["sha256"])


def pixels(path: Path) -> Samples:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def row(subject: str, before: Samples, left: int, top: int) -> Samples:
    """A crop before and after, and the amplified difference around middle grey."""
    area = slice(top, top + HEIGHT), slice(left, left + WIDTH)
    after = cleaned(before)[area]
    before = before[area]
    difference = (after.astype(int) - before) * AMPLIFIED + 128
    parts = [before, after, np.clip(difference, 0, 255).astype(np.uint8)]
    spaced = [np.pad(part, ((GAP, 0), (GAP, 0), (0, 0)), constant_values=255) for part in parts]
    return np.concatenate([label(subject), *spaced], axis=1)


def cleaned(samples: Samples) -> Samples:
    file = io.BytesIO()
    Image.fromarray(samples).save(file, "PNG", compress_level=1)
    made = expunge.run("invisible", file.getvalue(), strength="medium").image
    assert made is not None
    with Image.open(io.BytesIO(made)) as image:
        return np.asarray(image.convert("RGB"))


def label(text: str) -> Samples:
    """The subject, to be read from below."""
    image = Image.new("RGB", (HEIGHT + GAP, 20), "white")
    ImageDraw.Draw(image).text((HEIGHT / 2, 2), text, "black", ImageFont.load_default(14), "ma")
    return np.rot90(np.asarray(image))


def heading() -> Samples:
    image = Image.new("RGB", (20 + 3 * (WIDTH + GAP), 20), "white")
    for number, text in enumerate(COLUMNS):
        place = (20 + number * (WIDTH + GAP) + GAP + WIDTH / 2, 2)
        ImageDraw.Draw(image).text(place, text, "black", ImageFont.load_default(14), "ma")
    return np.asarray(image)


def drawing() -> Samples:
    """Thin lines and small letters, black and in colours of different and of one lightness."""
    page = np.full((2 * HEIGHT, 2 * WIDTH, 3), 252, np.uint8)
    inks = ((20, 20, 20), (200, 40, 40), (30, 90, 200), (30, 140, 60), (150, 60, 170))
    for number, ink in enumerate(inks):
        centre = (34 + 36 * number, 44)
        cv2.circle(page, centre, 26, ink, 1, cv2.LINE_AA)
        cv2.line(page, (8, 90 + 6 * number), (200, 78 + 9 * number), ink, 1, cv2.LINE_AA)
        cv2.putText(page, "Line 12", (6 + 40 * number, 142), 0, 0.32, ink, 1, cv2.LINE_AA)
    page[150:164, 6:202] = (120, 130, 160)
    cv2.putText(page, "hue alone", (60, 161), 0, 0.4, (180, 106, 118), 1, cv2.LINE_AA)
    return page
