"""How viewers show files: size and pixels, turned as each of them turns a picture.

Pillow is always there; libvips (PyPI `pyvips-binary`), ImageMagick and Chromium where installed.
"""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image, ImageOps

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Shown = tuple[int, int, str] | None
"""Width, height and a digest of the pixels; nothing where a viewer refuses the file."""
Viewer = "Callable[[Sequence[bytes]], list[Shown]]"

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
MAGICK = shutil.which("magick") or shutil.which("convert")
MEDIA_TYPES = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"RI": "image/webp"}
SCRIPT = """
async (files) => {
  const shown = [];
  for (const [type, text] of files) {
    const picture = new Image();
    picture.src = `data:${type};base64,${text}`;
    try { await picture.decode(); } catch { shown.push(null); continue; }
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [picture.naturalWidth, picture.naturalHeight];
    canvas.getContext("2d").drawImage(picture, 0, 0);
    shown.push([canvas.width, canvas.height, canvas.toDataURL()]);
  }
  return shown;
}
"""


def pillow(files: Sequence[bytes]) -> list[Shown]:
    return [_by_pillow(file) for file in files]


def _by_pillow(file: bytes) -> Shown:
    try:
        with Image.open(io.BytesIO(file)) as image:
            turned = ImageOps.exif_transpose(image).convert("RGBA")
    except Exception:  # noqa: BLE001 (whatever it raises, it shows nothing)
        return None
    return *turned.size, _digest(turned.tobytes())


def libvips(files: Sequence[bytes]) -> list[Shown]:
    return [_by_libvips(file) for file in files]


def _by_libvips(file: bytes) -> Shown:
    import pyvips

    try:
        turned = pyvips.Image.new_from_buffer(file, "").autorot()
        return turned.width, turned.height, _digest(bytes(turned.write_to_memory()))
    except pyvips.Error:
        return None


def imagemagick(files: Sequence[bytes]) -> list[Shown]:
    """All files by one process; it tells of those that it shows, by name."""
    with tempfile.TemporaryDirectory() as folder:
        for number, file in enumerate(files):
            Path(folder, f"{number:04d}").write_bytes(file)
        paths = [f"{folder}/{number:04d}[0]" for number in range(len(files))]
        asked = ["-auto-orient", "-format", r"%f %w %h %#\n", "info:"]
        done = subprocess.run(
            [str(MAGICK), *paths, *asked], capture_output=True, text=True, check=False, timeout=120
        )
    told = {int(line.split()[0][:4]): line.split()[1:] for line in done.stdout.splitlines()}
    return [
        (int(told[n][0]), int(told[n][1]), told[n][2]) if n in told else None
        for n in range(len(files))
    ]


@contextmanager
def present() -> Iterator[dict[str, Callable[[Sequence[bytes]], list[Shown]]]]:
    """The viewers of this machine by name, Chromium among them as long as this lasts."""
    found: dict[str, Callable[[Sequence[bytes]], list[Shown]]] = {"Pillow": pillow}
    try:
        import pyvips  # noqa: F401 (not always there)

        found["libvips"] = libvips
    except (ImportError, OSError):
        pass
    if (
        MAGICK
        and subprocess.run([MAGICK, "-version"], capture_output=True, check=False).returncode == 0
    ):
        found["ImageMagick"] = imagemagick
    if CHROMIUM is None:
        yield found
        return
    with _chromium(CHROMIUM) as chromium:
        yield found | {"Chromium": chromium}


@contextmanager
def _chromium(executable: str) -> Iterator[Callable[[Sequence[bytes]], list[Shown]]]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        options = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=executable, args=options)
        page = browser.new_page()

        def show(files: Sequence[bytes]) -> list[Shown]:
            asked = [
                [MEDIA_TYPES.get(file[:2], "image/gif"), base64.b64encode(file).decode()]
                for file in files
            ]
            answers = page.evaluate(SCRIPT, asked)
            return [a and (a[0], a[1], _digest(a[2].encode())) for a in answers]

        yield show
        browser.close()


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
