"""The Matroska elements that a player needs, by the element that holds them (RFC 9559, section 5).

A function in place of a list reduces the content of an element that must stay.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from expunge.imaging.containers.matroska import codec_private

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Cleaner: TypeAlias = Callable[[bytes, Mapping[int, bytes]], bytes]
    """Takes the content, and the content of the elements beside it."""
    Schema: TypeAlias = dict[int, Any]

EBML, SEGMENT = 0x1A45DFA3, 0x18538067
SEEK_HEAD, INFO, TRACKS, CUES, CLUSTER = 0x114D9B74, 0x1549A966, 0x1654AE6B, 0x1C53BB6B, 0x1F43B675
TAGS, ATTACHMENTS, CHAPTERS = 0x1254C367, 0x1941A469, 0x1043A770
TOP = frozenset((SEEK_HEAD, INFO, TRACKS, CUES, CLUSTER, TAGS, ATTACHMENTS, CHAPTERS))

TRACK_ENTRY, TRACK_NUMBER, TRACK_UID, TRACK_TYPE, CODEC_ID = 0xAE, 0xD7, 0x73C5, 0x83, 0x86
VIDEO, WIDTH, HEIGHT, OPERATION = 0xE0, 0xB0, 0xBA, 0xE2
BLOCK_ADDITION_MAPPING = 0x41E4
SEEK, SEEK_ID, SEEK_POSITION = 0x4DBB, 0x53AB, 0x53AC
CUE_POINT, CUE_POSITIONS, CUE_TRACK, CUE_CLUSTER = 0xBB, 0xB7, 0xF7, 0xF1
ATTACHED_FILE, FILE_NAME, FILE_TYPE, FILE_DATA = 0x61A7, 0x466E, 0x4660, 0x465C
TIMESTAMP, SIMPLE_BLOCK, BLOCK_GROUP, BLOCK, ENCRYPTED = 0xE7, 0xA3, 0xA0, 0xA1, 0xAF
ADDITIONS, MORE, ADD_ID = 0x75A1, 0xA6, 0xEE
POSITION, PREVIOUS_SIZE = 0xA7, 0xAB

STAYING_TYPES = (1, 2, 3, 16, 17, 18)
"""Tracks with pictures, sound, both, a logo, subtitles, and buttons. Metadata (33) and control
tracks (32) go."""


def _nothing(_: bytes, __: Mapping[int, bytes]) -> bytes:
    """A text that must be there, but may be empty."""
    return b""


def _own_number(body: bytes, beside: Mapping[int, bytes]) -> bytes:
    """The track's number as its UID, which else is random; not if tracks refer to UIDs."""
    number = beside.get(TRACK_NUMBER, b"").lstrip(b"\0")
    return number if number and OPERATION not in beside else body


def _leaves(*numbers: int) -> Schema:
    return dict.fromkeys(numbers)


HEADER = _leaves(0x4286, 0x42F7, 0x42F2, 0x42F3, 0x4282, 0x4287, 0x4285)
_COLOUR = _leaves(*range(0x55B1, 0x55BE)) | {0x55D0: _leaves(*range(0x55D1, 0x55DB))}
_VIDEO = (
    _leaves(
        0x9A, 0x9D, 0x53B8, 0x53C0, 0x53B9, WIDTH, HEIGHT, 0x54AA, 0x54BB, 0x54CC, 0x54DD, 0x54B0,
        0x54BA, 0x54B2, 0x54B3, 0x2EB524, 0x2FB523, 0x2383E3,
    )
    | {0x55B0: _COLOUR, 0x7670: _leaves(0x7671, 0x7672, 0x7673, 0x7674, 0x7675)}
)  # fmt: skip
_ENCODING = {
    0x6240: _leaves(0x5031, 0x5032, 0x5033)
    | {
        0x5034: _leaves(0x4254, 0x4255),
        0x5035: _leaves(0x47E1, 0x47E2, 0x47E7, 0x47E3, 0x47E4, 0x47E5, 0x47E6),
    }
}
_TRACK = (
    _leaves(
        TRACK_NUMBER, TRACK_TYPE, 0xB9, 0x88, 0x55AA, 0x55AB, 0x55AC, 0x55AD, 0x55AE, 0x55AF, 0x9C,
        0x6DE7, 0x6DF8, 0x23E383, 0x234E7A, 0x23314F, 0x537F, 0x55EE, 0x22B59C, 0x22B59D, CODEC_ID,
        0xAA, 0x6FAB, 0x56AA, 0x56BB, OPERATION,
    )
    | {
        TRACK_UID: _own_number,
        BLOCK_ADDITION_MAPPING: _leaves(0x41F0, 0x41E7, 0x41ED),
        0x63A2: codec_private.cleaned,
        VIDEO: _VIDEO,
        0xE1: _leaves(0xB5, 0x78B5, 0x9F, 0x7D7B, 0x6264, 0x52F1),
        0x6D80: _ENCODING,
    }
)  # fmt: skip
MASTERS: dict[int, Schema] = {
    EBML: HEADER,
    INFO: _leaves(0x2AD7B1, 0x4489) | {0x4D80: _nothing, 0x5741: _nothing},
    TRACKS: {TRACK_ENTRY: _TRACK},
}
GROUP = frozenset((BLOCK, 0x9B, 0xFA, 0xFB, 0xFD, 0xA4, 0x75A2, 0xC8, ADDITIONS))
"""Elements of a group of one block that stay."""
CUE = _leaves(0xB3) | {CUE_POSITIONS: _leaves(CUE_TRACK, CUE_CLUSTER, 0xB2, 0xEA)}

NAMES = {
    0x4D80: "MuxingApp", 0x5741: "WritingApp", 0x4461: "DateUTC", 0x7BA9: "Title",
    0x73A4: "SegmentUID", 0x7384: "SegmentFilename", 0x3CB923: "PrevUID", 0x3C83AB: "PrevFilename",
    0x3EB923: "NextUID", 0x3E83BB: "NextFilename", 0x4444: "SegmentFamily", 0x536E: "TrackName",
    0x258688: "CodecName", 0x3A9697: "CodecSettings", 0x3B4040: "CodecInfoURL",
    0x26B240: "CodecDownloadURL", 0x7446: "AttachmentLink", TRACK_UID: "TrackUID",
    0x63A2: "CodecPrivateComments", 0x41A4: "BlockAddIDName", 0xEC: "Void",
    0x4281: "DocTypeExtension",
}  # fmt: skip
"""Names of elements that go, as reports show them."""
