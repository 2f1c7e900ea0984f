"""Runs the Dockerfile without Docker: `make container`.

Each RUN of the build stage runs in a fresh folder that stands for the root; then the server starts
as ENTRYPOINT and CMD say, as the image's user if this is root, and HEALTHCHECK probes it. The base
image is this machine's Python. Nothing but the Dockerfile says what to do, so the two cannot drift.
It also prints the size of each layer.
"""

from __future__ import annotations

import gzip
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tarfile
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.packaging.dockerfile import ROOT, Instruction, Stage, stages

PATIENCE_SECONDS = 120
MB = 1_000_000
IGNORED = ("__pycache__", "*.egg-info")
"""As in .dockerignore."""


class Rehearsal:
    """One stage's file system, below ``root``.

    Parameters
    ----------
    above
        The file system of the stage that COPY --from names.
    """

    def __init__(self, stage: Stage, root: Path, above: Rehearsal | None = None) -> None:
        self.stage = stage
        self.root = root
        self.above = above
        self.folder = "/"
        self.layers: list[tuple[str, int, int]] = []
        self.paths = set(stage.own_paths()) | (above.paths if above else set())
        self.environ = _python_on_path(root)

    def inside(self, text: str) -> str:
        """A text of the Dockerfile, whose paths lead below the root."""
        for path in sorted(self.paths, key=len, reverse=True):
            text = re.sub(rf"(?<![\w./-]){re.escape(path)}(?![\w-])", f"{self.root}{path}", text)
        return text

    def build(self) -> None:
        """Follow every instruction that changes files or the environment."""
        for each in self.stage.instructions:
            print(f"# {each.name} {' '.join(each.flags)} {each.rest}"[:150], flush=True)
            follow = getattr(self, f"_{each.name.lower()}", None)
            if follow is not None:
                follow(each)

    def _env(self, each: Instruction) -> None:
        for word in each.words:
            name, value = word.split("=", 1)
            if name == "PATH":
                value = f"{value}:{self.environ['PATH']}"
            self.environ[name] = self.inside(value)

    def _workdir(self, each: Instruction) -> None:
        self.folder = each.rest
        Path(self.inside(self.folder)).mkdir(parents=True, exist_ok=True)

    def _run(self, each: Instruction) -> None:
        command = ["sh", "-e", "-c", self.inside(each.rest)]
        subprocess.run(command, cwd=self.inside(self.folder), env=self.environ, check=True)

    def _copy(self, each: Instruction) -> None:
        *sources, target = each.words
        there = Path(self.inside(target if target.startswith("/") else f"{self.folder}/{target}"))
        for source in sources:
            origin = Path(self.above.inside(source)) if self.above else ROOT / source
            if origin.is_dir():
                ignore = None if self.above else shutil.ignore_patterns(*IGNORED)
                shutil.copytree(origin, there, symlinks=True, ignore=ignore, dirs_exist_ok=True)
            else:
                to = there / origin.name if target.endswith("/") else there
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(origin, to)
        owner = each.flag("chown")
        if owner and os.getuid() == 0:
            for path in [there, *there.rglob("*")]:
                os.chown(path, *map(int, owner.split(":")), follow_symlinks=False)
        if mode := each.flag("chmod"):
            there.chmod(int(mode, 8))
        if self.above:
            self.layers.append((target, *_sizes(there)))


def _python_on_path(root: Path) -> dict[str, str]:
    """The environment of the base image: a ``python``, and where pip gets packages."""
    local = root / "usr" / "local" / "bin"
    local.mkdir(parents=True)
    (local / "python").symlink_to(_base_python())
    passed = {n: v for n, v in os.environ.items() if n.startswith(("PIP_", "NPM_", "npm_"))}
    return passed | {"PATH": f"{local}:/usr/bin:/bin", "HOME": os.environ.get("HOME", "/tmp")}


def _base_python() -> Path:
    """A Python of this machine that the image's user may run: root's home may hold another."""
    user = _as_user(stages()[-1])
    for python in (Path(sys.base_prefix) / "bin" / "python3", Path("/usr/bin/python3")):
        command = [python, "-c", "import ensurepip, venv"]
        with suppress(OSError):
            if subprocess.run(command, cwd="/", check=False, **user).returncode == 0:
                return python
    raise SystemExit("no Python of this machine can be run by the image's user")


def _as_user(final: Stage) -> dict[str, Any]:
    """Arguments of a process of the image's user; empty if this is not root."""
    if os.getuid() != 0:
        return {}
    user, group = map(int, final.last("USER").rest.split(":"))
    return {"user": user, "group": group, "extra_groups": []}


def _sizes(folder: Path) -> tuple[int, int]:
    """Bytes of the files, and of the compressed layer as a registry holds it."""
    total = sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file() and not p.is_symlink())
    with tempfile.TemporaryFile() as file:
        with gzip.open(file, "wb", 6) as packed, tarfile.open(fileobj=packed, mode="w|") as tar:
            tar.add(folder, "layer")
        return total, file.tell()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def start_and_probe(image: Rehearsal) -> None:
    """Start the server as the image would, until its HEALTHCHECK succeeds; then stop it."""
    final, port = image.stage, str(free_port())
    exposed = final.last("EXPOSE").rest
    health = Instruction("CMD", (), final.last("HEALTHCHECK").rest.partition("CMD ")[2])
    command = [*final.last("ENTRYPOINT").words, *final.last("CMD").words]

    def ported(words: list[str]) -> list[str]:
        return [word.replace(exposed, port) for word in words]

    environ = image.environ
    scratch = image.root / "tmp"
    scratch.mkdir()
    scratch.chmod(0o1777)
    environ |= {"HOME": str(scratch), "TMPDIR": str(scratch)}
    as_user = _as_user(final)
    before = _writable_state(image)
    cwd = image.inside(image.folder)
    print(f"# {' '.join(command)} (port {port})", flush=True)
    server = subprocess.Popen(ported(command), env=environ, cwd=cwd, **as_user)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        probe = ported(health.words)
        while subprocess.run(probe, env=environ, cwd=cwd, check=False, **as_user).returncode:
            if server.poll() is not None or time.monotonic() > until:
                raise SystemExit("the HEALTHCHECK never succeeded")
            time.sleep(1)
        print("# HEALTHCHECK succeeded", flush=True)
        _clean_an_image(port)
    finally:
        server.send_signal(signal.SIGTERM)
        status = server.wait(60)
    if status != 0:
        raise SystemExit(f"the server ended with status {status} on SIGTERM")
    if subprocess.run(probe, env=environ, capture_output=True, check=False).returncode == 0:
        raise SystemExit("the HEALTHCHECK succeeds without a server")
    if _writable_state(image) != before:
        raise SystemExit("the server wrote outside its volume and /tmp")


def _clean_an_image(port: str) -> None:
    """One image in, one image out: by no library, by OpenCV, and by the model in the image."""
    from http.client import HTTPConnection

    from tests.samples.jpeg import photo

    connection = HTTPConnection("127.0.0.1", int(port), timeout=60)
    for mode in ("metadata", "visible", "mask"):
        connection.request(
            "POST", f"/api/v1/clean?mode={mode}", photo(), {"content-type": "image/jpeg"}
        )
        answer = connection.getresponse()
        data = answer.read()
        if answer.status != 200 or not data.startswith(b"\xff\xd8"):
            raise SystemExit(f"{mode} answered {answer.status}: {data[:300]!r}")
        print(f"# {mode}: {len(data):,} bytes", flush=True)
    connection.close()


def _writable_state(image: Rehearsal) -> dict[str, float]:
    """Every file outside the volume and /tmp, with its time of change."""
    opt = image.root / "opt"
    return {str(path): path.lstat().st_mtime for path in opt.rglob("*")}


def main() -> None:
    build, final = stages()
    with tempfile.TemporaryDirectory(prefix="container-") as folder:
        Path(folder).chmod(0o755)  # for the image's user
        os.umask(0o022)
        first = Rehearsal(build, Path(folder) / "build")
        first.build()
        image = Rehearsal(final, Path(folder) / "image", above=first)
        image.build()
        _relocate(image, first)
        start_and_probe(image)
        print(f"\n{'layer':20} {'MB':>8} {'compressed':>11}")
        print(f"{final.base:20} {'the base image is not measured':>20}")
        for name, size, packed in image.layers:
            print(f"{name:20} {size / MB:8.1f} {packed / MB:11.1f}")
        print(f"{'sum':20} {sum(s for _, s, _ in image.layers) / MB:8.1f}", end="")
        print(f" {sum(p for _, _, p in image.layers) / MB:11.1f}")


def _relocate(image: Rehearsal, first: Rehearsal) -> None:
    """Scripts and the environment hold absolute paths, which differ between the two roots here."""
    for path in (image.root / "opt").rglob("*"):
        in_bin = path.parent.name == "bin" or path.name == "pyvenv.cfg"
        if path.is_symlink():
            target = str(path.readlink())
            if target.startswith(str(first.root)):
                path.unlink()
                path.symlink_to(target.replace(str(first.root), str(image.root)))
        elif in_bin and path.is_file() and path.read_bytes()[:2] in (b"#!", b"ho"):
            path.write_bytes(path.read_bytes().replace(bytes(first.root), bytes(image.root)))


if __name__ == "__main__":
    main()
