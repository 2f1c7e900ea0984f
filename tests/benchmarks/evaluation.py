"""The photographs that face detection is measured on: three manifests name them, git has none.

`faces.json` has crowds and surgical masks, `photographs.json` ordinary photographs, and pictures
without people (animals, statues, signs, things). `animals.json` has pictures without people alone:
cats, dogs, and one of each class of ImageNet; in its tuning half only those with a false find.

Each picture is fetched once from its public repository, verified by its SHA-256 and kept below
``build/faces``. What cannot be fetched is skipped. The halves are split by repository, and where
one repository has many pictures, by picture; copies of one picture are all in the same half.
Only the tuning half may be looked at when a threshold is chosen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import numpy as np

from tests.photographs import FOLDER

CROWDS = Path(__file__).with_name("faces.json")
ORDINARY = Path(__file__).with_name("photographs.json")
ANIMALS = Path(__file__).with_name("animals.json")
KEPT = Path(__file__).parents[2] / "build" / "faces"
URL = "https://raw.githubusercontent.com/{repo}/{commit}/{path}"
TIMEOUT = 20.0
HALVES = ("tuning", "untouched")


@dataclass(frozen=True)
class Picture:
    """One photograph that is here, and its faces."""

    path: Path
    half: str
    faces: tuple[tuple[object, ...], ...]
    """Left, top, width, height, and then words about the face."""

    @cached_property
    def boxes(self) -> np.ndarray:
        """(N, 4): left, top, right, bottom."""
        boxes = np.array([face[:4] for face in self.faces], np.float32).reshape(-1, 4)
        return np.concatenate((boxes[:, :2], boxes[:, :2] + boxes[:, 2:]), axis=1)

    def has(self, word: str) -> np.ndarray:
        """(N,): whether a word is said of each face."""
        return np.array([word in face[4:] for face in self.faces], bool)

    @property
    def counts(self) -> np.ndarray:
        """(N,): faces that must be found; the others are neither a miss nor a find."""
        heights = self.boxes[:, 3] - self.boxes[:, 1]
        return (heights >= 8) & ~self.has("ignored")


def pictures(manifest_file: Path) -> Iterator[Picture]:
    """The pictures of a manifest that are here or can be fetched."""
    manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
    beside = _beside()
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True) as client:
        fetching = True
        for entry in _entries(manifest):
            path = beside.get(entry["sha256"], KEPT / entry["sha256"])
            if not path.is_file() and fetching:
                commit = manifest["sources"][entry["repo"]]["commit"]
                url = url_of(entry["repo"], commit, entry["path"])
                fetching = fetched(client, url, entry["sha256"], path)
            if path.is_file():
                yield Picture(path, entry["half"], tuple(map(tuple, entry["faces"])))


def _entries(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """One for each picture; those without people are listed by repository and half."""
    return manifest.get("pictures", []) + [
        {"repo": repo, "path": path, "sha256": sha256, "half": half, "faces": []}
        for repo, halves in manifest.get("without_people", {}).items()
        for half, files in halves.items()
        for path, sha256 in files.items()
    ]


def _beside() -> dict[str, Path]:
    """The photographs beside the checkout, by digest."""
    files = FOLDER.glob("images/*") if FOLDER.is_dir() else ()
    return {hashlib.sha256(file.read_bytes()).hexdigest(): file for file in files}


def url_of(repo: str, commit: str, path: str) -> str:
    return URL.format(repo=repo, commit=commit, path=quote(path))


def fetched(client: httpx.Client, url: str, sha256: str, path: Path) -> bool:
    """Fetch one file, and keep it if it is the right one; return whether the network answers."""
    try:
        answer = client.get(url)
    except httpx.HTTPError:
        return False
    if answer.is_success and hashlib.sha256(answer.content).hexdigest() == sha256:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(answer.content)
    return True
