"""Split a TIFF file into blocks that can be dropped separately."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from expunge.errors import MalformedImage, UnsupportedMediaType
from expunge.imaging import exif, icc
from expunge.imaging import tiff as classic
from expunge.imaging.containers.block import Block, Kind, Layout, surplus
from expunge.imaging.containers.formats import SUPPORTED
from expunge.imaging.containers.isobmff.areas import Area, Moved, blank, complement, merge, within
from expunge.imaging.containers.tiff import tags
from expunge.imaging.containers.tiff.directories import SIZES, File
from expunge.imaging.containers.tiff.exif_block import Gatherer
from expunge.imaging.containers.tiff.pages import Page, Span, read_pages
from expunge.imaging.limits import LIMITS

if TYPE_CHECKING:
    from expunge.imaging.containers.tiff.directories import Entry

MEDIA_TYPE = "image/tiff"
_RAW_SENSOR = (32803, 34892)
"""PhotometricInterpretation of a sensor's values, before they become colours (DNG, TIFF/EP)."""
_DNG_VERSION = 50706
_RAW_MARKS = (b"IIII", b"MMMM")
"""After the header of Phase One's files."""
_MAX_GATHERED = 1 << 20
"""Bytes of a field that is read as EXIF. A longer one is a vendor block."""


@dataclass(frozen=True)
class TiffLayout(Layout):
    """A layout, with what the rewrite needs."""

    file: File
    pages: tuple[Page, ...]
    """All pages, those below others too."""
    owners: tuple[tuple[str, int], ...]
    """For each block the path of its page, and the tag of its field: 0 for the page itself, -1 for
    bytes that no rewrite keeps."""
    coded: tuple[Span, ...]
    """Spans of coded data that stay, merged and in file order."""
    codings: object = None
    """The coded data and the decoder's parameters of each page that stays."""

    @property
    def fragile(self) -> frozenset[int]:
        return frozenset(index for index, (_, tag) in enumerate(self.owners) if tag < 0)

    @property
    def fingerprint(self) -> object:
        return self.codings

    def canonical(self, index: int, content: bytes) -> bytes:
        if self.blocks[index].kind is not Kind.EXIF:
            return content
        found = exif.directory(memoryview(content))
        return found.structure(self.file.form.order) if found else content


def parse(data: bytes, *, like: Layout | None = None) -> TiffLayout:
    """Read the structure of a TIFF file (see `Container.parse`).

    Raises
    ------
    expunge.errors.UnsupportedMediaType
        It is a camera raw image, of which a rewrite could not keep what raw converters need.
    """
    del like
    file = File(data)
    pages, broken = read_pages(file)
    first = pages[0]
    if _is_raw(data, file, pages):
        raise UnsupportedMediaType(f"This is a camera raw image. Supported: {SUPPORTED}.")
    width = file.number(first.directory.entry(tags.WIDTH)) or 0
    height = file.number(first.directory.entry(tags.HEIGHT)) or 0
    LIMITS.check_picture(width, height)
    return _Builder(file, pages).layout(width, height, broken)


def _is_raw(data: bytes, file: File, pages: list[Page]) -> bool:
    if data[8:12] in _RAW_MARKS or pages[0].directory.entry(_DNG_VERSION):
        return True
    every = [page for top in pages for page in (top, *top.below)]
    kinds = (file.number(page.directory.entry(tags.PHOTOMETRIC)) for page in every)
    return any(kind in _RAW_SENSOR for kind in kinds)


@dataclass
class _Builder:
    """Names the blocks of a file."""

    file: File
    tops: list[Page]
    blocks: list[Block] = field(default_factory=list)
    owners: list[tuple[str, int]] = field(default_factory=list)
    known: list[Span] = field(default_factory=list)
    """Bytes that belong to a directory or a field."""
    staying: list[Page] = field(default_factory=list)
    """Pages that viewers show."""

    def layout(self, width: int, height: int, broken: str) -> TiffLayout:
        file, end = self.file, len(self.file.view)
        gatherer = Gatherer(file)
        self._add(Block(Kind.STRUCTURE, "header", "header", 0, file.form.header, file.view[:0]))
        self.known.append((0, file.form.header))
        for number, top in enumerate(self.tops):
            self._page(top, gatherer, shown=not (number and top.is_reduced))
            for below in top.below:
                self._page(below, gatherer, shown=top.is_reduced and not below.is_reduced)
        coded = merge(span for page in self.staying for span in page.spans)
        if coded and coded[-1][1] > end:
            broken = broken or "the file ends before its coded data does"
            coded = [(start, min(stop, end)) for start, stop in coded if start < end]
        self._check_apart(coded)
        LIMITS.check_blocks(len(self.blocks) + len(coded))
        for number, (start, stop) in enumerate(coded):
            view = file.view[start:stop]
            path = f"coded[{number}]"
            self._add(Block(Kind.CODED, "coded", path, start, stop - start, view))
        self._gaps(coded)
        turn = file.number(self.tops[0].directory.entry(tags.ORIENTATION)) or 1
        return TiffLayout(
            media_type=MEDIA_TYPE,
            width=width,
            height=height,
            frames=sum("/" not in page.path for page in self.staying),
            orientation=turn if 1 <= turn <= 8 else 1,
            blocks=tuple(self.blocks),
            broken=broken,
            file=file,
            pages=tuple(page for top in self.tops for page in (top, *top.below)),
            owners=tuple(self.owners),
            coded=tuple(coded),
            codings=None if broken else _codings(file, self.staying, coded),
        )

    def _add(self, block: Block, owner: str = "", tag: int = 0) -> None:
        self.blocks.append(block)
        self.owners.append((owner, tag))
        LIMITS.check_blocks(len(self.blocks))

    def _page(self, page: Page, gatherer: Gatherer, *, shown: bool) -> None:
        found, view = page.directory, self.file.view
        span, length = (found.start, found.end), found.end - found.start
        self.known.append(span)
        self.known += ((e.start, e.start + e.length) for e in found.entries if e.fits)
        if shown:
            self.staying.append(page)
            data = view[:0]
            self._add(Block(Kind.STRUCTURE, "IFD", page.path, found.start, length, data), page.path)
            self._fields(page, gatherer)
            return
        kind = Kind.THUMBNAIL if page.is_reduced else Kind.VENDOR
        self.known += page.spans
        pieces = b"".join(view[start:stop] for start, stop in page.spans)
        block = Block(kind, "IFD", page.path, found.start, length, memoryview(pieces))
        self._add(block, page.path)
        if others := self._others(page):
            gathered = gatherer.gather(others)
            self.known += gathered.spans
            rest = b"".join(self.file.value(entry) for entry in others)
            extra = surplus(block, found.start, 0, memoryview(rest))
            self._add(extra, page.path, -1)

    def _others(self, page: Page) -> list[Entry]:
        """The fields of a page that no decoder needs."""
        needed = {id(entry) for entry in page.needed}
        own = (tags.SUB_IFDS,)
        return [e for e in page.directory.entries if id(e) not in needed and e.tag not in own]

    def _fields(self, page: Page, gatherer: Gatherer) -> None:
        """The metadata of a page: one block for EXIF, one for each other field."""
        gathered: list[Entry] = []
        alone: list[Entry] = []
        for entry in self._others(page):
            (gathered if _is_exif(entry) else alone).append(entry)
        below = gatherer.gather(gathered)
        self.known += below.spans
        if not below.is_empty:
            data = below.directory.structure(self.file.form.order)
            start = page.directory.start
            length = page.directory.end - start
            path = f"{page.path}/EXIF"
            block = Block(Kind.EXIF, "EXIF", path, start, length, memoryview(data))
            self._add(block, page.path, tags.EXIF_IFD)
        seen: dict[int, int] = {}
        for entry in alone:
            self._field(page, entry, seen)
        self._surplus_values(page)

    def _field(self, page: Page, entry: Entry, seen: dict[int, int]) -> None:
        data = self.file.value(entry)
        name = tags.NAMES.get(entry.tag, f"0x{entry.tag:04x}")
        count = seen[entry.tag] = seen.get(entry.tag, -1) + 1
        path = f"{page.path}/{name}[{count}]" if count else f"{page.path}/{name}"
        kind = Kind.VENDOR if count or not entry.fits else tags.KINDS.get(entry.tag, Kind.VENDOR)
        size = icc.length(data) if kind is Kind.COLOUR else None
        if kind is Kind.COLOUR and size is None:
            kind = Kind.VENDOR
        length = len(data) if size is None else min(size, len(data))
        block = Block(kind, name, path, entry.start, length, data[:length])
        again = count or entry.tag in tags.NEEDED or not entry.fits
        self._add(block, page.path, -1 if again else entry.tag)
        if length < len(data):
            extra = data[length:]
            self._add(surplus(block, entry.start + length, len(extra), extra), page.path, -1)

    def _surplus_values(self, page: Page) -> None:
        """Values that no decoder reads, after those of a field that stays."""
        for entry in page.needed:
            most = tags.NEEDED[entry.tag]
            if most is not None and entry.count > most:
                skipped = most * SIZES[entry.type]
                data = self.file.value(entry)[skipped:]
                path = f"{page.path}/0x{entry.tag:04x}/values"
                block = Block(Kind.VENDOR, "values", path, entry.start + skipped, len(data), data)
                self._add(block, page.path, -1)

    def _check_apart(self, coded: list[Span]) -> None:
        """Refuse coded data that holds a directory or a field, which then could not be removed."""
        fields = merge(self.known)
        for start, stop in coded:
            if within(fields, Area("", start, stop)):
                raise MalformedImage(f"coded data at byte {start:,} overlaps a field of an IFD")

    def _gaps(self, coded: list[Span]) -> None:
        """Bytes that nothing refers to. Padding of zeros is not a block."""
        view = self.file.view
        used = merge([*self.known, *coded])
        for start, stop in complement(used, Area("", 0, len(view))):
            data = view[start:stop]
            if not blank(data):
                last = stop == len(view)
                kind, name = (Kind.TRAILER, "trailer") if last else (Kind.VENDOR, "gap")
                path = name if last else f"gap[{start}]"
                self._add(Block(kind, name, path, start, stop - start, data), "", -1)


def _is_exif(entry: Entry) -> bool:
    """Whether a field can be gathered in a classic TIFF structure."""
    if entry.tag in (tags.EXIF_IFD, tags.GPS_IFD):
        return entry.fits
    special = entry.tag in tags.KINDS or entry.tag in tags.NEEDED
    fits = entry.fits and entry.type in classic.SIZES and entry.length <= _MAX_GATHERED
    return fits and not special


def _codings(file: File, pages: list[Page], coded: list[Span]) -> object:
    """The decoder's parameters of each page, and its strips as positions in the coded bytes."""
    places = Moved(Area("", 0, len(file.view)), coded)
    return tuple(
        (
            "/" in page.path,
            tuple((places.inside(start), stop - start) for start, stop in page.spans),
            tuple(
                (entry.tag, entry.type, bytes(file.value(entry)[: used_bytes(entry)]))
                for entry in sorted(page.needed, key=lambda entry: entry.tag)
                if entry.tag not in tags.OFFSETS
            ),
        )
        for page in pages
    )


def used_bytes(entry: Entry) -> int:
    """Bytes of a needed field that decoders read."""
    most = tags.NEEDED[entry.tag]
    return entry.length if most is None else min(most, entry.count) * SIZES[entry.type]
