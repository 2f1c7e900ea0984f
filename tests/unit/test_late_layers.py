"""Layers that a function fetches: nothing is unpacked that does not have its digest."""

from __future__ import annotations

import base64
import hashlib
import io
import sys
import zipfile

import pytest

from expunge.handlers.late_layers import LayerDamaged, _opened, fetched

ARN = "arn:aws:lambda:eu-central-1:123456789012:layer:video-abc:7"


def packed(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in files.items():
            file.writestr(name, text)
    return out.getvalue()


class Lambda:
    """Lambda's store of layer versions, with one ZIP."""

    def __init__(self, data: bytes, digest: bytes | None = None) -> None:
        self.data, self.calls = data, []
        self.digest = digest or hashlib.sha256(data).digest()

    def get_layer_version(self, **asked):
        self.calls.append(asked)
        code = base64.b64encode(self.digest).decode()
        return {"Content": {"Location": "https://layers.example/x", "CodeSha256": code}}

    def opened(self, url: str) -> io.BytesIO:
        assert url == "https://layers.example/x"
        return io.BytesIO(self.data)


@pytest.fixture(autouse=True)
def _path(monkeypatch):
    monkeypatch.setattr(sys, "path", [*sys.path])


def test_a_layer_is_unpacked_once_and_imported_from(tmp_path):
    store = Lambda(packed({"python/late_example.py": "x = 5", "models/a.onnx": "weights"}))
    attached = tmp_path / "opt"
    attached.mkdir()
    (attached / "b.onnx").write_text("more weights")
    for _ in range(2):
        fetched([ARN], tmp_path / "late", attached=attached, client=store, opened=store.opened)
    assert store.calls == [{"LayerName": ARN.removesuffix(":7"), "VersionNumber": 7}]
    import late_example

    assert late_example.x == 5
    models = tmp_path / "late" / "models"
    assert {file.name: file.read_text() for file in models.iterdir()} == {
        "a.onnx": "weights", "b.onnx": "more weights",
    }  # fmt: skip


def test_a_layer_with_another_digest_is_not_unpacked(tmp_path):
    store = Lambda(packed({"python/x": "1"}), digest=bytes(32))
    with pytest.raises(LayerDamaged, match="digest"):
        fetched([ARN], tmp_path / "late", client=store, opened=store.opened)
    assert not (tmp_path / "late").exists()


def test_a_layer_writes_nothing_outside_its_folder(tmp_path):
    store = Lambda(packed({"../../outside": "x"}))
    fetched([ARN], tmp_path / "a" / "late", client=store, opened=store.opened)
    assert not (tmp_path / "outside").exists()


def test_only_https_is_opened():
    with pytest.raises(LayerDamaged, match="https"):
        _opened("http://layers.example/x")


def test_no_layers_are_no_error(tmp_path):
    fetched([], tmp_path / "late", attached=tmp_path / "none")
