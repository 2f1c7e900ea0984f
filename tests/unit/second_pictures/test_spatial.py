"""A spatial photo keeps the fields of its two cameras, and nothing behind them."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from expunge.operations import run
from tests.samples import seconds
from tests.samples.isobmff import full, uuid
from tests.unit.second_pictures.reading import reported
from tests.unit.test_heif import stripped


def test_a_spatial_photo_keeps_its_cameras():
    file = seconds.spatial().written()
    out = run("metadata", file)
    assert out.image == file
    assert reported(file) == [("stereo", True)]


@pytest.mark.parametrize("fact", seconds.SPATIAL)
def test_bytes_behind_a_cameras_fields_go(fact):
    longer = uuid(fact[8:24], fact[24:] + b"SECRET")
    out = stripped(seconds.spatial((longer,)).written())
    assert out == seconds.spatial((fact,)).written()


@pytest.mark.parametrize("fact", seconds.SPATIAL)
def test_a_cameras_box_that_is_cut_short_goes(fact):
    out = stripped(seconds.spatial((uuid(fact[8:24], fact[24:-1]),)).written())
    assert fact[8:24] not in out


def test_a_cameras_box_of_no_pair_goes():
    out = stripped(seconds.spatial(paired=False).written())
    assert not any(fact[8:24] in out for fact in seconds.SPATIAL)


@given(flags=st.integers(0, 63), data=st.binary(max_size=6))
def test_camera_positions_of_every_form_keep_their_fields(flags, data):
    bits = [flags >> n & 1 for n in range(6)]
    size = 4 * sum(bits[:3]) + (3 * (4 if bits[4] else 2) if bits[3] else 0) + 4 * bits[5]
    fields = struct.pack(">I", flags) + bytes(range(1, size + 1))
    out = stripped(seconds.spatial((uuid(seconds.EXTRINSICS, fields + data),)).written())
    assert out == seconds.spatial((uuid(seconds.EXTRINSICS, fields),)).written()


@pytest.mark.parametrize("name", [b"cmin", b"cmex"])
def test_the_standards_own_camera_boxes_hold_nothing_behind_their_fields(name):
    body = struct.pack(">IIII", 0x1E00 if name == b"cmin" else 7, 1, 2, 3)
    whole = full(name, 0, 0, body[4:])
    whole = whole[:8] + body
    longer = struct.pack(">I", len(whole) + 6) + whole[4:] + b"SECRET"
    assert stripped(seconds.spatial((longer,)).written()) == seconds.spatial((whole,)).written()
