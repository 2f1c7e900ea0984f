"""The licences page: every locked package of the service, and what its wheel contains besides."""

from __future__ import annotations

import re
from importlib import metadata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BUNDLED = {
    "numpy": "OpenBLAS (BSD-3-Clause), libgfortran (GPL-3.0 with the GCC runtime exception)",
    "onnxruntime": "several libraries, in its ThirdPartyNotices.txt",
    "opencv-python-headless": "FFmpeg (LGPL-2.1), OpenSSL 1.1.1 (OpenSSL License), OpenBLAS "
    "(BSD-3-Clause), libavif and libaom (BSD-2-Clause); the AWS layer has no FFmpeg and no OpenSSL",
    "pillow": "libavif, libjpeg-turbo, libwebp, libtiff, FreeType, HarfBuzz and others, permissive",
    "pillow-heif": "**x265 (GPL-2.0)**, libheif and libde265 (LGPL-3.0): **the wheel as a whole is "
    "GPL-2.0**",
}
"""Libraries in wheels that the wheels' own metadata does not name; from their licence files."""
_PIN = re.compile(r"^([\w.-]+)==[^\s;]+(?P<marker> ;[^\\]*)?", re.MULTILINE)
_ELSEWHERE = ("emscripten", "sys_platform == 'win32'")
_SPDX = {
    "3-Clause BSD License": "BSD-3-Clause",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "MIT License": "MIT",
}

_ABOVE = """\
# Licences

expunge itself is Apache-2.0. Its wheel contains no other package; `pip` installs those below. They
are the packages of the locks in `requirements/serve.txt` and `layers/`; `make docs` writes this.
A wheel often contains libraries with licences of their own.

One data file is the work of others: `imaging/faces/mesh/topology.json` says how the points of a
face mesh belong together (MediaPipe 0.10.21, Apache-2.0, The MediaPipe Authors). `expunge models
list` has the licences of the networks, which are not in the wheel.

| package | licence | the wheel also contains |
|---|---|---|
"""
_BELOW = """

## HEIC, x265 and the GPL

`pillow-heif` is BSD-3-Clause as source. Its wheels contain x265, so each is GPL-2.0 as a whole
(`licenses/LICENSES_bundled.txt` in the wheel). What follows from that:

- **You run the service, the command line or the stack for yourself or for your users.** The GPL
  asks nothing of you: nothing is passed on. `pip` and `sam build` fetch the wheel from PyPI.
- **You pass on an image, a layer or an installer that contains it.** Then the GPL applies: offer
  the source of the wheel and of x265. Apache-2.0 is compatible with version 3 of the GPL, not with
  version 2; x265 allows any later version. Or leave it out.

`pi-heif`, by the same author, decodes HEIC without x265 (LGPL-3.0). expunge uses it where
`pillow-heif` is not installed: HEIC is read, and where HEIC would be written, the problem names
other formats. It is not the default for two reasons. HEIC results would be impossible. And its last
release, 1.4.0 of 2026-06, has libheif 1.23.0 and libde265 1.1.0. `pillow-heif` 1.8.1 has 1.23.6 and
1.1.3. These libraries parse files of strangers, so we prefer the newer ones.

```sh
pip uninstall pillow-heif && pip install pi-heif
```

For the AWS stack, name `pi-heif` in place of `pillow-heif` in `pyproject.toml` and
`layers/imaging/requirements.in`, then `make lock` and `sam build`.
"""


def licences_page(root: Path) -> str:
    """The page as Markdown, for the checkout at ``root``; every locked package is installed."""
    locks = [root / "requirements" / "serve.txt", *root.glob("layers/*/requirements.txt")]
    names = sorted({name for lock in locks for name in _pins(lock.read_text(encoding="utf-8"))})
    rows = (f"| {name} | {licence(name)} | {BUNDLED.get(name, '')} |" for name in names)
    return _ABOVE + "\n".join(rows) + _BELOW


def _pins(lock: str) -> Iterable[str]:
    for pin in _PIN.finditer(lock):
        if not any(word in (pin["marker"] or "") for word in _ELSEWHERE):
            yield pin[1]


def licence(name: str) -> str:
    """A package's licence, as its metadata says, as an SPDX expression where that is clear."""
    facts: dict[str, Any] = metadata.metadata(name).json
    classified = [
        line.rpartition(" :: ")[2]
        for line in facts.get("classifier", [])
        if line.startswith("License ::")
    ]
    told = facts.get("license", "").partition("\n")[0]
    found: str = facts.get("license_expression") or told or ", ".join(classified)
    return _SPDX.get(found, found)
