"""Hard bindings by structure: ISO-BMFF boxes by path, JPEG and PNG pieces by name."""

from __future__ import annotations

import hashlib
import struct
import zlib

import pytest
from tests.unit.c2pa.builder import Recipe, box, store

from expunge.imaging.provenance.c2pa import AssetHasher, Validity, read

C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
STORE_BOX = {"xpath": "/uuid", "data": [{"offset": 8, "value": C2PA_UUID}]}


def verdict(label, assertion, media_type, data):
    recipe = Recipe()
    recipe.assertions[label] = assertion
    return read(store(recipe.build()), asset=AssetHasher(data, media_type))


class TestIsoBmff:
    ftyp = box(b"ftyp", b"heic")
    iloc = box(b"iloc", b"\0" * 20)
    meta = box(b"meta", b"\0\0\0\0", box(b"hdlr", b"\0" * 8), iloc)
    uuid = box(b"uuid", C2PA_UUID, b"the store")
    other = box(b"uuid", bytes(16), b"another")
    mdat = box(b"mdat", b"coded pixels")
    file = ftyp + meta + uuid + other + mdat

    def offset(self, part):
        return self.file.index(part).to_bytes(8)

    def verdict(self, exclusions, *hashed, version=3, file=None):
        assertion = {
            "exclusions": exclusions,
            "hash": hashlib.sha256(b"".join(hashed)).digest(),
        }
        return verdict(f"c2pa.hash.bmff.v{version}", assertion, "image/heic", file or self.file)

    def test_top_level_offsets_are_hashed_with_the_bytes_that_are_not_excluded(self):
        hashed = (
            *(self.offset(self.meta), self.meta),
            *(self.offset(self.other), self.other),
            *(self.offset(self.mdat), self.mdat),
        )
        exclusions = [STORE_BOX, {"xpath": "/ftyp"}]
        assert self.verdict(exclusions, *hashed).validity is Validity.VALID
        changed = self.file.replace(b"coded", b"caded")
        found = self.verdict(exclusions, *hashed, file=changed)
        assert [reason.code for reason in found.reasons] == ["assertion.bmffHash.mismatch"]

    def test_nested_boxes_and_parts_of_boxes_are_excluded(self):
        before, after = self.meta[: -len(self.iloc)], b""
        hashed = (
            *(self.offset(self.ftyp), self.ftyp),
            *(self.offset(self.meta), before + after),
            *(self.offset(self.mdat), self.mdat[:8]),
        )
        exclusions = [
            {"xpath": "/uuid[1]"},
            {"xpath": "/uuid[2]", "length": len(self.other)},
            {"xpath": "/uuid", "length": 1},
            {"xpath": "/meta/iloc"},
            {"xpath": "/mdat", "subset": [{"offset": 8, "length": 0}]},
            {"xpath": "/moov/trak[3]/none"},
        ]
        assert self.verdict(exclusions, *hashed).validity is Validity.VALID

    def test_version_1_hashes_no_offsets(self):
        hashed = self.file.replace(self.uuid, b"")
        assert self.verdict([STORE_BOX], hashed, version=1).validity is Validity.VALID

    def test_flags_are_unverified(self):
        flagged = self.verdict([{"xpath": "/meta", "flags": b"\0\0\1"}])
        assert flagged.validity is Validity.UNVERIFIED

    def test_a_broken_file_does_not_match(self):
        assert self.verdict([STORE_BOX], file=self.file[:-3]).validity is Validity.INVALID

    def test_steps_are_bounded(self):
        many = box(b"free") * 200_000
        found = self.verdict([{"xpath": "/free"}] * 50, file=many)
        assert found.validity is Validity.UNVERIFIED
        assert "too many steps" in found.reasons[0].explanation


def segment(marker, data):
    return struct.pack(">BBH", 0xFF, marker, len(data) + 2) + data


def chunk(name, data):
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def packet(number):
    return segment(0xEB, b"JP\0\1" + struct.pack(">I", number) + b"\0\0\0\x99jumb" + STORE_HEAD)


STORE_HEAD = b"\0\0\0\x26jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9b\x71\x03c2pa\0"
PIECES = {
    "image/jpeg": [
        ("SOI", b"\xff\xd8"),
        ("APP0", segment(0xE0, b"JFIF\0")),
        ("C2PA", packet(1) + packet(2)),
        ("APP11", segment(0xEB, b"HDR_RI")),
        ("DQT", segment(0xDB, bytes(65))),
        ("SOF0", segment(0xC0, bytes(9))),
        ("SOS", segment(0xDA, bytes(6)) + b"entropy\xff\x00coded"),
        ("RST0", b"\xff\xd0more"),
        ("EOI", b"\xff\xd9"),
    ],
    "image/png": [
        ("PNGh", b"\x89PNG\r\n\x1a\n"),
        ("IHDR", chunk(b"IHDR", bytes(13))),
        ("C2PA", chunk(b"caBX", b"a store")),
        ("IDAT", chunk(b"IDAT", b"coded")),
        ("IEND", chunk(b"IEND", b"")),
    ],
}


@pytest.mark.parametrize("media_type", PIECES)
class TestBoxes:
    def verdict(self, media_type, *, change=lambda file: file, split=3):
        """Hash the first pieces one by one, the others in one group, and the store separately."""
        pieces = PIECES[media_type]
        runs = [[piece] for piece in pieces[:split]] + [pieces[split:]]
        boxes = [
            {
                "names": [name for name, _ in run],
                "hash": hashlib.sha256(b"".join(data for _, data in run)).digest(),
            }
            for run in runs
        ]
        boxes[2]["hash"] = b"\0"
        file = change(b"".join(data for _, data in pieces))
        return verdict("c2pa.hash.boxes", {"alg": "sha256", "boxes": boxes}, media_type, file)

    def test_unchanged_pieces_are_valid(self, media_type):
        assert self.verdict(media_type).validity is Validity.VALID

    def test_a_changed_piece_is_found(self, media_type):
        found = self.verdict(media_type, change=lambda file: file.replace(b"coded", b"caded"))
        assert [reason.code for reason in found.reasons] == ["assertion.boxesHash.mismatch"]

    def test_an_added_piece_is_found(self, media_type):
        added = {"image/jpeg": segment(0xFE, b"hello"), "image/png": chunk(b"tEXt", b"a\0b")}
        *_, (_, last) = PIECES[media_type]
        found = self.verdict(
            media_type, change=lambda file: file[: -len(last)] + added[media_type] + last
        )
        assert found.validity is Validity.INVALID

    def test_a_cut_file_is_found(self, media_type):
        for end in range(1, 60):
            cut = self.verdict(media_type, change=lambda file, end=end: file[:-end])
            assert cut.validity is Validity.INVALID


def test_boxes_of_other_containers_are_unverified():
    assertion = {"boxes": [{"names": ["GIF89a"], "hash": b""}]}
    assert verdict("c2pa.hash.boxes", assertion, "image/gif", b"").validity is Validity.UNVERIFIED
