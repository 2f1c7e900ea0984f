"""Writes small MP4 movies with secrets in every carrier, and reads their samples independently."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

SECRET = b"SECRET"


def box(kind, *content, wide=False):
    body = b"".join(content)
    if wide:
        return struct.pack(">I4sQ", 1, kind, 16 + len(body)) + body
    return struct.pack(">I4s", 8 + len(body), kind) + body


def full(kind, *content, version=0, flags=0):
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


MATRIX = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
TIMES = struct.pack(">II", 3_700_000_000, 3_700_000_001)


@dataclass
class Track:
    id: int
    handler: bytes
    code: bytes
    samples: list
    """Bytes of each sample; two samples make a chunk."""
    refers: dict = field(default_factory=dict)

    def entry(self):
        if self.handler == b"vide":
            name = bytes([6]) + SECRET + bytes(25)
            fields = bytes(6) + b"\0\1" + b"\0\0\0\0SECR" + bytes(8)
            fields += struct.pack(">HH", 64, 48) + bytes(14) + name + b"\0\x18\xff\xff"
            inside = box(b"avcC", b"\1\2\3\4"), box(b"colr", b"nclx\0\1\0\1\0\1\0" + SECRET)
            return box(self.code, fields, *inside, box(b"secr", SECRET))
        if self.handler == b"soun":
            fields = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHHHI", 2, 16, 0, 0, 44100 << 16)
            return box(self.code, fields, full(b"esds", b"\3\0"), box(b"secr", SECRET))
        return box(self.code, bytes(6), b"\0\1", SECRET)

    def trak(self, offsets, *, wide, fragmented):
        tkhd = full(b"tkhd", TIMES, struct.pack(">IIQ", self.id, 0, 0), b"SECR" + bytes(12),
                    MATRIX, struct.pack(">II", 64 << 16, 48 << 16), SECRET, flags=3)  # fmt: skip
        count = 0 if fragmented else len(self.samples)
        sizes = [] if fragmented else [len(each) for each in self.samples]
        chunks = [sizes[at : at + 2] for at in range(0, len(sizes), 2)]
        runs = [(1, 2)] if len(sizes) > 1 else []
        if len(sizes) % 2:
            runs.append((len(chunks), 1))
        stbl = box(
            b"stbl",
            full(b"stsd", struct.pack(">I", 1), self.entry()),
            full(b"stts", struct.pack(">III", 1, count, 100), SECRET),
            full(b"stsc", struct.pack(">I", len(runs)),
                 *(struct.pack(">III", first, n, 1) for first, n in runs)),
            full(b"stsz", struct.pack(">II", 0, count), *(struct.pack(">I", s) for s in sizes)),
            full(b"co64" if wide else b"stco", struct.pack(">I", len(chunks)),
                 *(struct.pack(">Q" if wide else ">I", at) for at in offsets)),
        )  # fmt: skip
        media = {b"vide": full(b"vmhd", bytes(8)), b"soun": full(b"smhd", bytes(4))}
        minf = box(
            b"minf",
            media.get(self.handler, full(b"nmhd")),
            box(b"dinf", full(b"dref", struct.pack(">I", 1), full(b"url ", SECRET, flags=1))),
            stbl,
        )
        mdia = box(
            b"mdia",
            full(b"mdhd", TIMES, struct.pack(">IIHH", 1000, 1000, 0x15C7, 0)),
            full(b"hdlr", b"\0\0\0\0", self.handler, b"SECR" + bytes(8), SECRET + b"\0"),
            minf,
        )
        refs = [
            box(kind, *(struct.pack(">I", i) for i in ids)) for kind, ids in self.refers.items()
        ]
        edits = box(b"edts", full(b"elst", struct.pack(">IIiI", 1, 1000, 0, 65536)))
        own = box(b"udta", box(b"name", SECRET)), box(b"uuid", SECRET + bytes(10), SECRET)
        return box(b"trak", tkhd, *([box(b"tref", *refs)] if refs else []), edits, mdia, *own)


def metadata():
    """Metadata of a movie in every form."""
    item = box(b"data", struct.pack(">II", 1, 0), SECRET)
    ilst = box(b"ilst", box(b"\xa9nam", item), box(b"covr", item), box(b"\0\0\0\1", item))
    keys = full(
        b"keys", struct.pack(">I", 1), box(b"mdta", b"com.apple.quicktime.location.ISO6709")
    )
    hdlr = full(b"hdlr", bytes(4), b"mdta", bytes(12), SECRET + b"\0")
    text = struct.pack(">HH", len(SECRET), 0x15C7) + SECRET
    return (
        box(b"udta", box(b"\xa9xyz", text), box(b"\xa9mod", text), box(b"XMP_", b"<x/>" + SECRET),
            full(b"meta", hdlr, keys, ilst), box(b"free", SECRET)),
        box(b"meta", hdlr, keys, ilst),
        box(b"iods", SECRET),
        box(b"free", SECRET),
    )  # fmt: skip


@dataclass
class Movie:
    tracks: list
    first: bool = False
    """Whether the movie header comes before the media data."""
    wide: bool = False
    fragmented: bool = False
    base: bool = False
    """Whether fragments state where their data begins."""
    quicktime: bool = False
    junk: bool = True

    def file(self):
        media, places = self._media()
        head = box(b"ftyp", b"qt  " if self.quicktime else b"isom", b"\0\0\2\0", b"isomSECR")
        junk = [box(b"free", SECRET), box(b"uuid", SECRET + bytes(10), SECRET), box(b"wide")]
        lead = head + (b"".join(junk) if self.junk else b"")
        if self.fragmented:
            moov = self._moov({track.id: [] for track in self.tracks})
            start = len(lead) + len(moov)
            parts = [lead, moov]
            while any(track.samples for track in self.tracks):
                piece = self._fragment(start)
                parts += [piece, junk[0] if self.junk else b""]
                start += len(piece) + len(parts[-1])
            return b"".join(parts) + (b"trail" + SECRET if self.junk else b"")
        moov = self._moov(
            {track.id: [0] * len(at) for track, at in zip(self.tracks, places, strict=True)}
        )
        header = 16 if self.wide else 8
        start = len(lead) + header + (len(moov) if self.first else 0)
        moov = self._moov(
            {t.id: [start + at for at in each] for t, each in zip(self.tracks, places, strict=True)}
        )
        mdat = box(b"mdat", media, wide=self.wide)
        ordered = (moov, mdat) if self.first else (mdat, moov)
        return lead + b"".join(ordered) + (b"trail" + SECRET if self.junk else b"")

    def _media(self):
        """Interleaved chunks with secrets between them, and where each begins."""
        out, places = bytearray(SECRET), [[] for _ in self.tracks]
        longest = max(len(track.samples) for track in self.tracks)
        for at in range(0, longest, 2):
            for track, found in zip(self.tracks, places, strict=True):
                if at < len(track.samples):
                    found.append(len(out))
                    out += b"".join(track.samples[at : at + 2])
                    out += SECRET if self.junk else b""
        return bytes(out), places

    def _moov(self, offsets):
        times = struct.pack(">II", 1000, 1000), bytes(4), b"\0\1\0\0\1\0", SECRET + bytes(4), MATRIX
        mvhd = full(b"mvhd", TIMES, *times, SECRET + bytes(18), struct.pack(">I", 9))
        traks = [
            t.trak(offsets[t.id], wide=self.wide, fragmented=self.fragmented) for t in self.tracks
        ]
        trexes = [full(b"trex", struct.pack(">IIIII", t.id, 1, 100, 0, 0)) for t in self.tracks]
        mvex = [box(b"mvex", *trexes)] if self.fragmented else []
        return box(b"moov", mvhd, *traks, *mvex, *metadata())

    def _fragment(self, start):
        """A ``moof`` and its ``mdat`` with the next two samples of each track."""
        taken = [(track, track.samples[:2]) for track in self.tracks if track.samples]
        for track, samples in taken:
            track.samples = track.samples[len(samples) :]
        length = len(self._moof(taken, start, 0))
        moof = self._moof(taken, start, length)
        return moof + box(b"mdat", *(SECRET + b"".join(samples) for _, samples in taken))

    def _moof(self, taken, start, length):
        trafs, at = [], length + 8
        for track, samples in taken:
            at += len(SECRET)
            sizes = b"".join(struct.pack(">I", len(each)) for each in samples)
            flags = 1 if self.base else 0x020000
            base = struct.pack(">Q", start) if self.base else b""
            head = full(b"tfhd", struct.pack(">I", track.id), base, flags=flags)
            trun = full(b"trun", struct.pack(">Ii", len(samples), at), sizes, flags=0x201)
            trafs.append(
                box(b"traf", head, full(b"tfdt", bytes(4)), trun, box(b"uuid", SECRET * 4))
            )
            at += sum(map(len, samples))
        return box(b"moof", full(b"mfhd", bytes(4)), *trafs, box(b"free", SECRET))


def boxes(data, start, end):
    while start + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, start)
        head = 8
        if size == 1:
            (size,), head = struct.unpack_from(">Q", data, start + 8), 16
        if size < head or start + size > end:
            return
        yield kind, start, start + head, start + size
        start += size


def inside(data, span, *path):
    for kind, _, body, end in boxes(data, *span):
        if kind == path[0]:
            if len(path) == 1:
                yield body, end
            else:
                yield from inside(data, (body, end), *path[1:])


def samples_in(data):
    """All samples of each track by id, read through the tables as a player does."""
    found = {}
    table = (b"mdia", b"minf", b"stbl")
    for trak in inside(data, (0, len(data)), b"moov", b"trak"):
        (body, _) = next(inside(data, trak, b"tkhd"))
        track = struct.unpack_from(">I", data, body + 12)[0]
        stsz, _ = next(inside(data, trak, *table, b"stsz"))
        same, count = struct.unpack_from(">II", data, stsz + 4)
        sizes = [same] * count if same else struct.unpack_from(f">{count}I", data, stsz + 12)
        stsc, _ = next(inside(data, trak, *table, b"stsc"))
        runs = struct.unpack_from(
            f">{3 * struct.unpack_from('>I', data, stsc + 4)[0]}I", data, stsc + 8
        )
        for name, code in ((b"stco", "I"), (b"co64", "Q")):
            for at, _ in inside(data, trak, *table, name):
                n = struct.unpack_from(">I", data, at + 4)[0]
                offsets = struct.unpack_from(f">{n}{code}", data, at + 8)
        samples, left = [], list(sizes)
        for number, offset in enumerate(offsets, 1):
            per = [n for first, n in zip(runs[::3], runs[1::3], strict=True) if first <= number][-1]
            for size in left[:per]:
                samples.append(data[offset : offset + size])
                offset += size  # noqa: PLW2901 - walks through the chunk
            left = left[per:]
        found[track] = samples
    _add_fragments(data, found)
    return found


def _add_fragments(data, found):
    for kind, start, body, end in boxes(data, 0, len(data)):
        if kind != b"moof":
            continue
        for traf in inside(data, (body, end), b"traf"):
            head, _ = next(inside(data, traf, b"tfhd"))
            flags, track = struct.unpack_from(">II", data, head)
            base = struct.unpack_from(">Q", data, head + 8)[0] if flags & 1 else start
            for run, _ in inside(data, traf, b"trun"):
                count, shift = struct.unpack_from(">Ii", data, run + 4)
                at = base + shift
                for size in struct.unpack_from(f">{count}I", data, run + 12):
                    found[track].append(data[at : at + size])
                    at += size
