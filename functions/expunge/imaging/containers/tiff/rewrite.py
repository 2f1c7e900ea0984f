"""Write a TIFF file again without some of its blocks.

The coded data comes first, in file order and without gaps. So it never moves towards the end, and
each offset still fits its field. The pages follow, each with its values.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.imaging import exif
from expunge.imaging.containers.block import Kind
from expunge.imaging.containers.isobmff.areas import Area, Moved, merge
from expunge.imaging.containers.tiff import tags
from expunge.imaging.containers.tiff.directories import SIZES, packed
from expunge.imaging.containers.tiff.layout import TiffLayout, used_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from expunge.imaging.containers.block import Block, Layout
    from expunge.imaging.containers.tiff.directories import Entry, Form
    from expunge.imaging.containers.tiff.pages import Page

_LONG, _OPAQUE = 4, 7


@dataclass(slots=True)
class _Written:
    """A directory to write: its fields, and directories below it by the tag that points there."""

    fields: list[tuple[int, int, int, bytes]]
    """Tag, type, number of values, and value."""
    below: list[tuple[int, list[_Written]]] = field(default_factory=list)


def rewrite(data: bytes, layout: Layout, edits: Mapping[int, bytes | None]) -> bytes:
    """Return the file with some blocks changed or dropped (see `Container.rewrite`)."""
    del data
    assert isinstance(layout, TiffLayout)
    return _Rewriting(layout, edits).file()


class _Rewriting:
    def __init__(self, layout: TiffLayout, edits: Mapping[int, bytes | None]) -> None:
        self._layout = layout
        self._form = layout.file.form
        self._gone = {index for index, new in edits.items() if new is None}
        self._edits = edits
        self._blocks: dict[str, list[int]] = {}
        for index, (owner, _) in enumerate(layout.owners):
            self._blocks.setdefault(owner, []).append(index)
        self._pages = [page for page in layout.pages if self._stays(page)]
        spans = merge(span for page in self._pages for span in page.spans)
        self._moved = Moved(Area("", 0, len(layout.file.view)), spans)

    def _stays(self, page: Page) -> bool:
        return self._blocks[page.path][0] not in self._gone

    def file(self) -> bytes:
        """The whole new file."""
        form, view = self._form, self._layout.file.view
        out = bytearray(view[: form.header])
        for piece in self._moved.views(view):
            out += piece
        link = form.header - form.inline
        for page in self._pages:
            if "/" not in page.path:
                start, link_at = self._append(out, self._page(page))
                out[link : link + form.inline] = form.pack(form.word, start)
                link = link_at
        return bytes(out)

    def _append(self, out: bytearray, written: _Written) -> tuple[int, int]:
        """Append a directory; return its offset, and that of its link to the next one."""
        form = self._form
        fields = list(written.fields)
        for tag, directories in written.below:
            starts = [self._append(out, below)[0] for below in directories]
            kind = 18 if form.big else _LONG
            fields.append((tag, kind, len(starts), packed(form, kind, starts)))
        fields.sort(key=lambda each: each[0])
        entries = bytearray()
        for tag, kind, count, value in fields:
            if len(value) > form.inline:
                _pad(out, form)
                at = len(out)
                out += value
                value = form.pack(form.word, at)  # noqa: PLW2901 - the entry's own value
            entries += form.entry.pack(tag, kind, count, value)
        _pad(out, form)
        start = len(out)
        out += form.pack("Q" if form.big else "H", len(fields)) + entries + bytes(form.inline)
        return start, len(out) - form.inline

    def _page(self, page: Page) -> _Written:
        written = _Written([self._needed(page, entry) for entry in page.needed])
        for index in self._blocks[page.path]:
            if index not in self._gone:
                self._block(written, page, index)
        below = [self._page(each) for each in page.below if self._stays(each)]
        if below:
            written.below.append((tags.SUB_IFDS, below))
        return written

    def _needed(self, page: Page, entry: Entry) -> tuple[int, int, int, bytes]:
        """A decoder's field; offsets of coded data are moved."""
        file = self._layout.file
        if entry.tag in tags.OFFSETS:
            used = {start for start, _ in page.spans}
            moved = [self._place(at) if at in used else 0 for at in file.numbers(entry)]
            return entry.tag, entry.type, entry.count, packed(self._form, entry.type, moved)
        length = used_bytes(entry)
        value = bytes(file.value(entry)[:length])
        return entry.tag, entry.type, length // SIZES[entry.type], value

    def _place(self, offset: int) -> int:
        """The new offset of coded data."""
        return self._form.header + self._moved.inside(offset)

    def _block(self, written: _Written, page: Page, index: int) -> None:
        layout = self._layout
        block, tag = layout.blocks[index], layout.owners[index][1]
        content = self._edits.get(index)
        if block.kind is Kind.EXIF:
            found = exif.directory(memoryview(content) if content is not None else block.data)
            if found is not None:
                _merge(written, found)
        elif tag > 0:
            written.fields.append(_field(page, block, tag, content))


def _pad(out: bytearray, form: Form) -> None:
    """Directories and values begin at even offsets (TIFF 6.0, section 2)."""
    out += bytes(-len(out) % (8 if form.big else 2))


def _merge(written: _Written, found: exif.Directory) -> None:
    """Add metadata fields and the directories below them to a page."""
    written.fields += [(f.tag, f.type, f.count, bytes(f.value)) for f in found.fields]
    for tag, directory in found.below.items():
        below = _Written([])
        _merge(below, directory)
        written.below.append((tag, [below]))


def _field(
    page: Page, block: Block, tag: int, content: bytes | None
) -> tuple[int, int, int, bytes]:
    """A field that is a block, in its own type if its length allows."""
    entry = page.directory.entry(tag)
    assert entry is not None
    value = bytes(block.data) if content is None else content
    size = SIZES.get(entry.type, 1)
    kind = entry.type if entry.type in SIZES and len(value) % size == 0 else _OPAQUE
    return tag, kind, len(value) // (size if kind == entry.type else 1), value
