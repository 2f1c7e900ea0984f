"""The text of ``docs/reference/metadata.md``: what is removed, what stays, every known key.

``make docs`` writes it; a test holds the committed page against it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from expunge.imaging.limits import LIMITS
from expunge.imaging.provenance import exif, fact, findings, stealth, text, xmp
from expunge.imaging.provenance.fact import UNREADABLE, Category
from expunge.imaging.provenance.rules import PLACES, RULES, places
from expunge.imaging.provenance.unexamined import PROFILE_TEXTS, UNEXAMINED
from expunge.imaging.tiff import MAX_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from expunge.imaging.provenance.rules import Rule

FORMATS = (
    (
        "JPEG",
        (
            "EXIF and XMP (APP1, also split), IPTC and Photoshop resources (APP13), C2PA (APP11), "
            "comments, thumbnails, vendors' and reserved segments, whatever a segment holds behind "
            "its fields or its profile, whatever follows the last MCU or the end"
        ),
        (
            "coded segments, JFIF density, ICC (APP2), Adobe colour transform (APP14), "
            "JPEG XT (APP11); "
            "second pictures of the Multi-Picture Format, gain maps and depth maps, each stripped "
            "in its turn and with its own numbers"
        ),
    ),
    (
        "PNG",
        (
            "tEXt, zTXt and iTXt (XMP among them), eXIf, caBX (C2PA), tIME, hIST, private chunks, "
            "the name of a profile, whatever a chunk holds behind its fields, whatever follows IEND"
        ),
        (
            "critical chunks, animation, iCCP, sRGB, gAMA, cHRM, cICP, sBIT, pHYs, bKGD, tRNS, "
            "mDCV, cLLI"
        ),
    ),
    (
        "WebP",
        "EXIF, XMP and C2PA chunks, unknown chunks, whatever a chunk holds behind its fields",
        "frames, alpha, animation, ICCP",
    ),
    (
        "HEIC, AVIF",
        (
            "Exif, XMP and IPTC items, C2PA and other uuid boxes, thumbnails, unknown boxes and "
            "brands, names of handlers, items and compressors, whatever follows a property's fields"
        ),
        (
            "coded items, colr, irot, imir, pixi, gain maps and other auxiliary pictures with "
            "their own numbers, the cameras of stereo pairs"
        ),
    ),
    (
        "JPEG XL",
        (
            "Exif, xml and jumb boxes, brob boxes of these, unknown boxes, and a frame index, "
            "level or gain map that is none"
        ),
        (
            "the codestream, which holds colours and orientation; gain maps; jbrd, which rebuilds "
            "a JPEG with the orientation that it had"
        ),
    ),
    (
        "GIF",
        (
            "comments, XMP and C2PA_GIF application extensions, unknown extensions, whatever an "
            "extension holds behind its fields, stray bytes, whatever follows the trailer"
        ),
        "frames, timing, looping, ICC",
    ),
)
"""Format, what goes, what stays."""

WHY = """\
Coded pixels are never touched: what stays, stays byte for byte. Colour descriptions stay, since a
picture without them is another picture. Everything else goes, known or unknown, because a place
that nobody knows is a good one to hide in. That holds within what stays, too: of a chunk or box of
fixed fields only those are left, and a colour profile, a gain map's description or a frame index
that is none goes.

## What viewers show stays the same

Viewers read orientation, density and colours from different places. So each block that states them
stays where it was, with these facts alone:

| block | facts that stay |
|---|---|
| EXIF, also as a raw profile in PNG text | orientation, in the byte order and field type it had; XResolution, YResolution, ResolutionUnit; ColorSpace, Gamma; InteroperabilityIndex (R98, R03, THM) |
| XMP, also compressed or as a raw profile | orientation, as attribute or element, as it was written |

Orientation goes where no block turns the picture. Where one does, a block of the same kind that
states nothing leaves an empty one: some viewers read only the first block, others the last. No
block moves, and a WebP chunk that VP8X does not announce stays unannounced. Tests compare sizes
and pixels before and after in Pillow, libvips, ImageMagick and Chromium.

## Where a JPEG ends

Some cameras write no EOI marker, and some editors leave bytes between the last MCU and EOI. Both
look like coded data, so the strip follows the Huffman codes and counts MCUs. That takes 0.3 s a
megabyte, so it happens only where something speaks for it:

- all scans together have at most 8 KB;
- anything but EOI follows the last scan;
- the last kilobytes of a sequential scan do not read as MCUs, up to the padding of the last one;
- the last bytes are text, or one byte repeated.

Everything behind the last MCU goes; a missing EOI is then written. A large picture may still hold
a few bytes there: chance lets about one binary tail in a hundred read as MCUs, and in progressive
pictures only text and repeated bytes give a tail away. The report says under `unexamined` where
MCUs were not counted, and where codes cannot be followed (arithmetic, lossless or damaged data).

## Files that end early

`metadata` cleans what browsers show of a cut-off JPEG, PNG or GIF. `detect` also takes files that
end before their picture does (any format), and reports what can be read.

## Second pictures

A gain map, a depth map, a matte or the other view of a stereo pair keeps the numbers that it is
shown by, and only those: of XMP the properties of `hdrgm`, `HDRGainMap`, `apdi`, `depthData`,
`depthBlurEffect:SimulatedAperture` and the mattes' versions, where their values have the form of
such numbers; Google's list of the pictures that stay, with their new lengths; of Apple's maker note
tags 33 and 48 (HDR headroom and gain) where a gain map stays; the camera properties of Apple's
spatial photos (`cmin`, `cmex` and their `uuid` forms). A packet of XMP or a maker note that is kept
for these is written anew and holds nothing else.

What cannot be kept whole goes whole: a portrait's unblurred «Original» and linear thumbnails, which
show the picture before an effect; Google's depth and confidence maps, whose numbers stand in a
structure that goes; in HEIF an auxiliary picture of an unknown purpose that metadata describes.
`pictures` in the report lists every picture beside the first, what it is for, and whether it stays.

## What may stay

`keep` names what stays all the same: a list, or words with commas in a query or on the command
line (`expunge metadata photo.jpg --keep copyright,gps`).

| word | what stays |
|---|---|
| `icc` | colour profiles, which stay anyway |
| `copyright` | Artist and Copyright of EXIF, written anew; Author and Copyright texts of PNG |
| `gps` | the place in EXIF, written anew and alone |
| `exif`, `xmp`, `iptc` | these blocks whole |
| `comments`, `text` | comments; keyed texts and names |
| `thumbnails` | embedded previews |

A C2PA manifest cannot be kept: in a changed file it would say something untrue.

With `scope: ai` only what the table calls `ai_provenance` goes. Of EXIF, XMP and IPTC single fields
are taken out, and the block goes whole only where the rest cannot be shown to be unchanged. A C2PA
store goes whole if any of its manifests tells of AI."""  # noqa: E501 (a row of a table is one line)

LIMITS_NOTE = """\
- A report says what the metadata tells. That there is nothing in it proves nothing: it never calls
  a picture clean, nor made without AI.
- SynthID and other watermarks in pixels cannot be looked for here (`unsupported_locally`); the
  report only repeats what provenance says of them.
- Parameters that some tools hide in the low bits of pixels are found by their signature in 8-bit
  PNGs without interlacing; `deep` decodes the picture to read them, in PNG and WebP. A lossless
  strip cannot take them.
- A maker note is one opaque fact: what stands in it is not told.
- Who signed a C2PA manifest is told as the certificate says it, and checked against no trust list.
  A manifest that is only announced elsewhere is never fetched (`remote_only`).
- A label can be false, and so can a name: confidence is how sure the reading is, not the writer."""

MEMORY = "10 × the file, or 40 MB where that is more"
"""Allocated while a file is stripped, by tracemalloc: 36 MB for a JPEG of 25,000 segments with a
surplus each in 424 kB, 34 MB for a GIF of 50,000 comments in 353 kB, less in other formats."""

HEADINGS = {
    Category.AI: "AI provenance",
    Category.PRIVATE: "Private data",
    Category.AUTHORSHIP: "Authorship",
    Category.TECHNICAL: "Technical data",
}


def page() -> str:
    """The whole page, in Markdown."""
    return "\n".join((*_introduction(), *_unexamined(), *_bounds(), *_keys())) + "\n"


def _introduction() -> Iterator[str]:
    yield "# Metadata: what is removed, what stays, and why"
    yield "\n*Written by `make docs` from the rule table; not to be edited by hand.*\n"
    yield "| format | removed | stays |"
    yield "|---|---|---|"
    yield from (f"| {name} | {gone} | {kept} |" for name, gone, kept in FORMATS)
    yield f"\n{WHY}\n"
    yield "## What a report cannot tell\n"
    yield LIMITS_NOTE


def _unexamined() -> Iterator[str]:
    yield "\n## What a strip cannot examine\n"
    yield (
        "Nothing is decoded, so what stands within the coded pixels stays, whatever it is, and so "
        "do a few fields beside them. The "
        "report of `metadata` says this of each file as `unexamined`.\n"
    )
    for media_type, named in UNEXAMINED.items():
        yield f"- **{media_type}**: {'; '.join(named)}."
    yield f"- **all of them**: {PROFILE_TEXTS}."


def _bounds() -> Iterator[str]:
    bounds = (
        ("file", f"{LIMITS.file_bytes:,} bytes, of any number of pixels"),
        ("blocks of a container", f"{LIMITS.blocks:,}"),
        ("memory", MEMORY),
        ("facts in a file", f"{fact.Budget().facts:,}"),
        ("findings in a report", f"{findings.MAX_FINDINGS}, the technical ones left out first"),
        ("a value", f"{fact.MAX_VALUE:,} characters looked at, {fact.SHOWN} shown"),
        ("values of a file", f"{findings.MATCHED_CHARACTERS:,} characters looked at whole"),
        (
            "compressed text",
            f"{text.MAX_INFLATED:,} bytes a chunk, {fact.Budget().inflated:,} a file, inflated",
        ),
        ("EXIF", f"{exif.MAX_DIRECTORIES} directories of {MAX_ENTRIES:,} entries"),
        (
            "XMP",
            (
                f"packets of {xmp.MAX_PACKET:,} bytes and {xmp.MAX_DEPTH} levels; others are "
                "searched by pattern"
            ),
        ),
        ("hidden parameters", f"`deep` up to {stealth.DEEP_PIXELS:,} pixels"),
    )
    yield "\n## Limits\n"
    yield "| what | at most |"
    yield "|---|---|"
    yield from (f"| {what} | {most} |" for what, most in bounds)


def _keys() -> Iterator[str]:
    yield "\n## Every known key\n"
    yield "The first rule that applies to a field decides. A `*` stands for any rest of a key.\n"
    for name, group in PLACES.items():
        yield f"- **{name}**: {', '.join(_spelt(group))}"
    for category, heading in HEADINGS.items():
        yield f"\n### {heading} (`{category}`)\n"
        yield "| rule | where | value | names | confidence | source |"
        yield "|---|---|---|---|---|---|"
        yield from (_row(rule) for rule in RULES if rule.category is category)


def _row(rule: Rule) -> str:
    where = _grouped(rule.where)
    if rule.id == "unreadable":
        where = f"`{UNREADABLE}` in any"
    value = f"`{rule.value.replace('|', chr(92) + '|')}`" if rule.value else "any"
    cells = (rule.id, where, value, rule.tool, f"{rule.confidence:g}", rule.source)
    return f"| {' | '.join(cells)} |"


def _grouped(where: str) -> str:
    """Places as code, with the names of the groups that stand for many."""
    named = []
    for name, group in PLACES.items():
        if group in where:
            where = where.replace(group, "")
            named.append(f"**{name}**")
    return ", ".join([*named, *_spelt(where)])


def _spelt(where: str) -> list[str]:
    return [f"`{place}`" for place in places(where)]
