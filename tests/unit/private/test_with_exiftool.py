"""``scope: private`` judged by ExifTool, where it is installed."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import product

import pytest

from tests.unit.private import fields, files
from tests.unit.private.test_scope_private import stripped

EXIFTOOL = shutil.which("exiftool")
pytestmark = pytest.mark.skipif(EXIFTOOL is None, reason="exiftool is not installed")
IGNORED = ("SourceFile", "System:", "ExifTool:")


def everything(order, as_elements, encoding="utf-8"):
    apart = ("photoshop:Credit", "photoshop:City")
    extended = fields.xmp(apart, [], as_elements=True)
    packet = fields.xmp(
        fields.XMP.keys() - set(apart), fields.NESTED,
        as_elements=as_elements, encoding=encoding, extended=extended,
    )  # fmt: skip
    return files.Blocks(
        fields.exif(fields.EXIF, order), packet, fields.iim(fields.IIM), tuple(fields.TEXTS),
        compressed=as_elements, profiles=order == ">",
        extended=extended,
    )  # fmt: skip


def read(folder):
    """The tags that ExifTool finds in each file of a folder, as name and value."""
    done = subprocess.run(
        [EXIFTOOL, "-json", "-a", "-u", "-n", "-G1:4", "-ee", str(folder)],
        capture_output=True,
        check=False,
    )
    return {
        found["SourceFile"].rpartition("/")[2]: [
            (key.rpartition(":")[2], str(value))
            for key, value in found.items()
            if not key.startswith(IGNORED)
        ]
        for found in json.loads(done.stdout)
    }


@pytest.fixture(scope="module")
def judged(tmp_path_factory):
    """The tags of each file before and after."""
    before, after = tmp_path_factory.mktemp("before"), tmp_path_factory.mktemp("after")
    for container, order, as_elements in product(files.CONTAINERS, "<>", (False, True)):
        data = files.CONTAINERS[container](everything(order, as_elements))
        form = "elements" if as_elements else "attributes"
        name = f"{container}-{'little' if order == '<' else 'big'}-{form}"
        name += f".{files.SUFFIXES.get(container, container)}"
        (before / name).write_bytes(data)
        (after / name).write_bytes(stripped(data).data)
    return read(before), read(after)


def test_exiftool_finds_no_private_field(judged):
    before, after = judged
    assert all(any("PRIV" in value for _, value in tags) for tags in before.values())
    left = {name: [t for t in tags if "PRIV" in t[1]] for name, tags in after.items()}
    assert {name: tags for name, tags in left.items() if tags} == {}


def test_exiftool_finds_each_label_and_credit_field_as_it_was(judged):
    before, after = judged

    def owed(tags):
        return sorted(
            t for t in tags if ("OWED" in t[1] or "trainedAlg" in t[1]) and "PRIV" not in t[1]
        )

    assert all(owed(tags) for tags in before.values())
    assert {name: owed(tags) for name, tags in after.items()} == {
        name: owed(tags) for name, tags in before.items()
    }
