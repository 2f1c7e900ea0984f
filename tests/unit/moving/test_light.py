"""Whether a file is moving, and how long it takes, is known without any library of pixels."""

from __future__ import annotations

import subprocess
import sys

from tests.unit.moving.clips import animated, clip

CODE = """
import sys
class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"av", "cv2", "numpy", "PIL"}:
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Blocked())
from expunge.imaging.moving import facts, is_moving
from expunge.imaging.source import Source
for path in sys.argv[1:]:
    source = Source.of(open(path, "rb").read())
    assert is_moving(source) and facts(source).seconds > 0
"""


def test_facts_need_the_standard_library_alone(tmp_path):
    files = {"a.gif": animated("GIF"), "b.mp4": clip("mp4"), "c.webm": clip("webm")}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    paths = [str(tmp_path / name) for name in files]
    run = subprocess.run(
        [sys.executable, "-c", CODE, *paths],
        env={"PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert run.returncode == 0, run.stderr
