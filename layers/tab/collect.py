"""Copy the files that pages load into the browser to a folder, for the layer `tab`.

Without the libraries the layer holds the notice alone, and pages send images to the service.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from expunge import models

NOTICE = Path(models.__file__).parents[1] / "web" / "pages" / "tab" / "NOTICE.txt"


def collect(target: Path) -> list[str]:
    """Copy the files; return the names of those that are missing."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(NOTICE, target)
    wanted = models.browser_files()
    missing = [model.name for model in wanted if not models.is_complete(model)]
    for model in wanted if not missing else ():
        copy = models.compressed_path(model.path())
        source = copy if copy.is_file() else model.path()
        place = target / Path(model.file).parent / source.name
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, place)
    return missing


if __name__ == "__main__":
    missing = collect(Path(sys.argv[1]))
    if missing:
        sys.stderr.write(f"Not in the layer: {', '.join(missing)}. Run: make models\n")
