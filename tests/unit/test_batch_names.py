"""Names of files in a ZIP: safe on every system, and each of them once."""

from __future__ import annotations

import unicodedata
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Self

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.batches.archive import Zipper
from expunge.batches.batch import Batch, State
from expunge.batches.names import Names, safe
from expunge.errors import StorageFull
from expunge.imaging.media_types import EXTENSIONS
from expunge.stores.local.objects import FileObjects

TYPES = sorted(EXTENSIONS)
_PATHS = ["", ".", "..", "a/b.png", "C:\\x.jpg", "con", "NUL.png", "a. ."]
_DEVICES = ["CONIN$", "conout$.png", "nul .png", "com¹.a.png"]
_SIGNS = ["a\x00b", "\u202egpj.exe", "É.jpg", "e\u0301.jpg", "\ud800.png"]
_EQUAL = ["A.JPG", "a.jpg", "a (2).jpg", "results.json", "x" * 300 + ".png", "図" * 119]
ODD = st.sampled_from(_PATHS + _SIGNS + _EQUAL)


@given(st.lists(st.tuples(ODD | st.text(max_size=20), st.sampled_from(TYPES)), max_size=12))
def test_names_are_safe_unique_and_say_the_true_type(files: list[tuple[str, str]]) -> None:
    names = Names("results.json")
    given_out = [names.unique(name, kind, otherwise="image-001") for name, kind in files]

    folded = {unicodedata.normalize("NFKC", name).casefold() for name in given_out}
    assert len(folded | {"results.json"}) == len(files) + 1
    for name, (_, kind) in zip(given_out, files, strict=True):
        assert Path(name).name == name
        assert name.rpartition(".")[2].lower() in {EXTENSIONS[kind], "jpeg"}
        assert len(name.encode()) <= 255, "a name on most file systems"
        assert not name.startswith(".")
        assert not set(name) & set('/\\:*?"<>|\x00\u202e')
        assert safe(name) == name, "it stays as it is"
        name.encode()


@pytest.mark.parametrize("name", [*_DEVICES, "con", "NUL.png"])
def test_no_name_is_a_device_of_windows(name: str) -> None:
    assert Names().unique(name, "image/png", otherwise="image-001").startswith("_")


@pytest.fixture
def objects(tmp_path: Path) -> FileObjects:
    return FileObjects(tmp_path, secret=bytes(32), clock=lambda: 0.0)


def batch() -> Batch:
    caller = {"subject": "acc_1", "tier": "free"}
    return Batch("batch_1", "acc_1", caller, State.PROCESSING, 3, 1_800_000_000.0, 60, zip=True)


def entry(index: int, **more: object) -> dict[str, object]:
    facts = {"job": f"job_{index}", "index": index, "status": "succeeded", "mode": "metadata"}
    return facts | {"name": "a.jpg", "result_type": "image/jpeg", "result_bytes": 3} | more


def test_a_zip_holds_what_is_left_of_the_results_and_lists_the_rest(objects: FileObjects) -> None:
    objects.put("out/1.jpg", b"one", content_type="image/jpeg")
    entries = [
        entry(2, status="failed", error_code="malformed_image"),
        entry(1, result_key="out/1.jpg"),
        entry(0, result_key="out/expired.jpg"),
    ]
    facts = Zipper(objects, lambda: 0.0).zipped(batch(), entries)

    data = objects.get(facts["zip_key"]) or b""
    assert facts == {"zip_key": "out/2027-01-15/batch_1.zip", "zip_bytes": len(data)}
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.namelist() == ["a.jpg", "results.json"]
        assert archive.read("a.jpg") == b"one"


def test_results_that_are_too_many_get_no_zip_but_a_reason(objects: FileObjects) -> None:
    large = [entry(index, result_key="out/1.jpg", result_bytes=600) for index in range(2)]
    facts = Zipper(objects, lambda: 0.0, max_bytes=1_000).zipped(batch(), large)
    assert "1,200 bytes" in facts["zip_error"]

    def full(_: int) -> None:
        raise StorageFull("no space")

    assert (
        "no space"
        in Zipper(objects, lambda: 0.0, check_space=full).zipped(batch(), large)["zip_error"]
    )


def test_a_zip_is_written_in_pieces(monkeypatch: pytest.MonkeyPatch, objects: FileObjects) -> None:
    size = 5 << 20
    objects.put("out/1.jpg", bytes(size), content_type="image/jpeg")
    read: list[int] = []
    whole = objects.open

    class Watched:
        def __init__(self, key: str) -> None:
            self._file = whole(key)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            assert self._file is not None
            self._file.close()

        def read(self, most: int = -1) -> bytes:
            assert self._file is not None
            read.append(most)
            return self._file.read(most)

    monkeypatch.setattr(objects, "open", Watched)
    monkeypatch.setattr(objects, "get", lambda _: pytest.fail("a result was read whole"))
    Zipper(objects, lambda: 0.0).zipped(batch(), [entry(0, result_key="out/1.jpg")])
    assert set(read) == {1 << 20}
