"""Writes small Matroska files with secrets in every carrier, and reads their blocks."""

from __future__ import annotations

from dataclasses import dataclass

SECRET = b"SECRET"


def size(length):
    width = next(n for n in range(1, 9) if length < (1 << 7 * n) - 1)
    return (length | 1 << 7 * width).to_bytes(width, "big")


def element(number, *content, unknown=False):
    body = b"".join(content)
    name = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return name + (b"\x01" + b"\xff" * 7 if unknown else size(len(body))) + body


def number(name, value, width=1):
    return element(name, value.to_bytes(width, "big"))


SECRETS = element(0xEC, SECRET), element(0xBF, b"SECR")


def track(index, kind, codec, private=b""):
    own = [element(0x63A2, private)] if private else []
    return element(
        0xAE, number(0xD7, index), element(0x73C5, b"SECRUUID"), number(0x83, kind),
        element(0x86, codec), element(0x536E, SECRET), element(0x258688, SECRET), *own, SECRETS[0],
        element(0xE0, number(0xB0, 64), number(0xBA, 48), element(0x53FF, SECRET)),
    )  # fmt: skip


def tags():
    simple = element(0x67C8, element(0x45A3, b"LOCATION"), element(0x4487, SECRET))
    return element(0x1254C367, element(0x7373, element(0x63C0), simple))


def attachments():
    return element(0x1941A469, element(
        0x61A7, element(0x466E, SECRET), element(0x4660, b"image/png"), element(0x465C, SECRET),
        element(0x46AE, SECRET),
    ))  # fmt: skip


def chapters():
    display = element(0x80, element(0x85, SECRET))
    return element(0x1043A770, element(0x45B9, element(0xB6, element(0x73C4, b"\1"), display)))


VORBIS = b"\2\3\x1a" + b"\1vo" + b"\3vorbis" + b"\6\0\0\0" + SECRET + bytes(9) + b"\5vorbissetup"


@dataclass
class WebM:
    blocks: list
    """Of each cluster, a list of (track, data)."""
    live: bool = False
    """Whether the segment and its clusters have unknown sizes."""
    groups: bool = False
    cues: bool = True
    junk: bool = True
    metadata_track: bool = False

    def file(self):
        junk = SECRETS if self.junk else ()
        head = element(0x1A45DFA3, element(0x4282, b"webm"), number(0x4287, 2), *junk)
        info = element(
            0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40"), element(0x4D80, SECRET),
            element(0x5741, SECRET), element(0x7BA9, SECRET), element(0x4461, b"SECRDATE"),
            element(0x73A4, SECRET * 2), element(0x7384, SECRET), *junk,
        )  # fmt: skip
        tracks = [track(1, 1, b"V_VP9"), track(2, 2, b"A_VORBIS", VORBIS)]
        if self.metadata_track:
            tracks.append(track(3, 33, b"D_WEBVTT/METADATA"))
        body = [element(0x1654AE6B, *tracks)]
        clusters = [self._cluster(at, blocks) for at, blocks in enumerate(self.blocks)]
        extras = [tags(), attachments(), chapters(), element(0x4321, SECRET), *junk]
        before = [info, *body, *([] if self.live else extras)]
        start = self._head_length() + sum(map(len, before))
        places = [start]
        for each in clusters:
            places.append(places[-1] + len(each))
        parts = [*before, *clusters]
        if self.cues and not self.live:
            parts += [self._cues(places[:-1]), tags()]
            parts = [self._seek_head(len(self._seek_head(0, 0)), places[-1]), *parts]
        segment = element(0x18538067, *parts, unknown=self.live)
        return head + segment + (b"\0trail" + SECRET if self.junk and not self.live else b"")

    def _head_length(self):
        return len(self._seek_head(0, 0)) if self.cues and not self.live else 0

    def _seek_head(self, info, cues):
        def entry(name, at):
            return element(0x4DBB, element(0x53AB, name), number(0x53AC, at, 4))

        return element(
            0x114D9B74, entry(b"\x15\x49\xa9\x66", info), entry(b"\x1c\x53\xbb\x6b", cues)
        )

    def _cues(self, places):
        return element(0x1C53BB6B, *(
            element(0xBB, number(0xB3, at), element(
                0xB7, number(0xF7, 1), number(0xF1, place, 4), number(0xF0, 3)))
            for at, place in enumerate(places)
        ))  # fmt: skip

    def _cluster(self, at, blocks):
        junk = SECRETS if self.junk else ()
        content = [number(0xE7, at, 2), number(0xA7, 77), *junk]
        for index, (owner, data) in enumerate(blocks):
            raw = bytes([0x80 | owner, 0, index, 0]) + data
            if self.groups:
                more = element(0x75A1, element(0xA6, element(0xA5, b"alpha")))
                extra = [element(0xEC, SECRET)] if self.junk else []
                content.append(element(0xA0, element(0xA1, raw), number(0x9B, 40), more, *extra))
            else:
                content.append(element(0xA3, raw))
        if self.metadata_track:
            content.append(element(0xA3, bytes([0x83, 0, 0, 0]) + SECRET))
        return element(0x1F43B675, *content, *junk, unknown=self.live)


def parse(data, start, end):
    """Elements of a span as (id, start, body, end); an unknown size reaches to the end."""
    while start < end:
        width = 9 - data[start].bit_length()
        name = int.from_bytes(data[start : start + width], "big")
        at = start + width
        length = 9 - data[at].bit_length()
        value = int.from_bytes(data[at : at + length], "big") & ((1 << 7 * length) - 1)
        body = at + length
        stop = end if value == (1 << 7 * length) - 1 else body + value
        yield name, start, body, stop
        start = stop


def segment_of(data):
    return next(
        (body, end) for name, _, body, end in parse(data, 0, len(data)) if name == 0x18538067
    )


def blocks_in(data):
    """Of each cluster its time, and the blocks with what belongs to them."""
    found = []
    for name, _, body, end in parse(data, *segment_of(data)):
        if name == 0x1F43B675:
            blocks = []
            for kind, _, start, stop in parse(data, body, end):
                if kind in (0xA3, 0xA0):
                    inside = data[start:stop]
                    if kind == 0xA0:
                        inside = [data[s:e] for n, _, s, e in parse(data, start, stop) if n != 0xEC]
                    blocks.append(inside)
            found.append(blocks)
    return found


def cue_targets(data):
    """What lies where the cues and the seek head point: ids of elements."""
    base, end = segment_of(data)
    found = []
    for name, _, body, stop in parse(data, base, end):
        wanted = {0x1C53BB6B: (0xBB, 0xB7, 0xF1), 0x114D9B74: (0x4DBB, 0x53AC)}.get(name)
        spans = [(body, stop)] if wanted else []
        for step in wanted or ():
            spans = [(b, e) for span in spans for n, _, b, e in parse(data, *span) if n == step]
        for start, last in spans:
            at = base + int.from_bytes(data[start:last], "big")
            found.append(next(parse(data, at, end))[0])
    return found
