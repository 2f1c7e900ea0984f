"""Generate ``docs/reference/metadata.md``: the data removed and kept, and every known key.

``make docs`` writes the page. A test compares it with the committed one.
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
            "comments, thumbnails, vendor and reserved segments, extra bytes after a segment's "
            "fields or profile, bytes after the last MCU or the end"
        ),
        (
            "coded segments, JFIF density, ICC (APP2), Adobe colour transform (APP14), "
            "JPEG XT (APP11); "
            "auxiliary images of the Multi-Picture Format, gain maps and depth maps, each stripped "
            "and with its own parameters"
        ),
    ),
    (
        "PNG",
        (
            "tEXt, zTXt and iTXt (including XMP), eXIf, caBX (C2PA), tIME, hIST, private chunks, "
            "the name of a profile, extra bytes after a chunk's fields, bytes after IEND"
        ),
        (
            "critical chunks, animation, iCCP, sRGB, gAMA, cHRM, cICP, sBIT, pHYs, bKGD, tRNS, "
            "mDCV, cLLI"
        ),
    ),
    (
        "WebP",
        "EXIF, XMP and C2PA chunks, unknown chunks, extra bytes after a chunk's fields",
        "frames, alpha, animation, ICCP",
    ),
    (
        "HEIC, AVIF",
        (
            "Exif, XMP and IPTC items, C2PA and other uuid boxes, thumbnails, unknown boxes and "
            "brands, names of handlers, items and compressors, extra bytes after a property's "
            "fields"
        ),
        (
            "coded items, colr, irot, imir, pixi, gain maps and other auxiliary images with "
            "their own parameters, the cameras of stereo pairs"
        ),
    ),
    (
        "JPEG XL",
        (
            "Exif, xml and jumb boxes, brob boxes of these, unknown boxes, and an invalid frame "
            "index, level or gain map"
        ),
        (
            "the codestream, which holds colours and orientation; gain maps; jbrd, which "
            "reconstructs a JPEG with its original orientation"
        ),
    ),
    (
        "GIF",
        (
            "comments, XMP and C2PA_GIF application extensions, unknown extensions, extra "
            "bytes after an extension's fields, stray bytes, bytes after the trailer"
        ),
        "frames, timing, looping, ICC",
    ),
    (
        "TIFF, BigTIFF",
        (
            "EXIF and GPS, Make, Model, Software, Artist, dates, descriptions, XMP, IPTC and "
            "Photoshop resources, layers, GeoTIFF, C2PA, unknown fields, thumbnails and smaller "
            "copies, bytes that no field refers to"
        ),
        (
            "all pages; strips and tiles; the fields that a decoder needs; ICC, orientation, "
            "resolution"
        ),
    ),
    (
        "MP4, MOV, M4A, 3GP",
        (
            "udta, meta and uuid boxes (position, device, title, cover art, XMP, C2PA), chapters, "
            "tracks of data (GPMF, camm, mebx, time codes, hints) with their samples and the "
            "references to them, times, names of handlers and encoders, unknown boxes and brands, "
            "bytes between and after boxes"
        ),
        (
            "samples of pictures, sound and subtitles, rotation, colour, edit lists, encryption, "
            "fragments and their indexes"
        ),
    ),
    (
        "WebM, MKV",
        (
            "Tags, Attachments, Chapters, titles, dates, names of programs and tracks, UIDs, "
            "metadata tracks, comments of Vorbis, Theora and FLAC, time codes, Void "
            "elements, checksums, unknown elements"
        ),
        (
            "blocks of pictures, sound and subtitles, their additions (alpha, HDR), colour, "
            "projection, cues"
        ),
    ),
)
"""Format, removed data, kept data."""

WHY = """\
Coded pixels are never changed. Blocks that stay are copied byte for byte. Colour descriptions stay,
because without them the image looks different. All other data is removed, known or unknown,
because private data can hide in unknown blocks. The same applies within blocks that stay. A chunk
or box with a fixed format keeps only its fields. An invalid colour profile, gain map description
or frame index is removed.

## Viewers show the same image

Viewers read orientation, density and colours from different places. So each block that states them
keeps its position, and keeps only these facts:

| block | facts that stay |
|---|---|
| EXIF, also as a raw profile in PNG text | orientation, in its original byte order and field type; XResolution, YResolution, ResolutionUnit; ColorSpace, Gamma; InteroperabilityIndex (R98, R03, THM) |
| XMP, also compressed or as a raw profile | orientation, as attribute or element, in its original form |

If no block rotates the image, the orientation is removed. If one does, other blocks of its kind are
emptied instead of removed, because some viewers read only the first block and others the last.
Of each kind, the first and the last 32 blocks of a file are read for this; real files have a few.
Blocks keep their order, and a WebP chunk that VP8X does not announce stays unannounced. Tests
compare sizes and pixels before and after in Pillow, libvips, ImageMagick and Chromium.

## The end of a JPEG

Some cameras write no EOI marker, and some editors leave bytes between the last MCU and EOI. Both
look like coded data, so the strip decodes the Huffman codes and counts MCUs. That takes 0.2 s per
megabyte, so it happens only in these cases:

- all scans together have at most 8 KB;
- anything but EOI follows the last scan;
- the last kilobytes of a sequential scan are not valid MCUs up to the final padding;
- the last bytes are text, or one repeated byte.

Flat areas repeat their codes, and repeated codes are counted at once.

All bytes after the last MCU are removed, and a missing EOI is then written. A large image may still
hold a few bytes there. About one binary tail in a hundred looks like valid MCUs by chance. In
progressive images only text and repeated bytes are recognised. The report lists under `unexamined`
where MCUs were not counted, and where codes cannot be decoded (arithmetic, lossless or damaged
data).

## Truncated files

`metadata` cleans the part of a truncated JPEG, PNG or GIF that browsers show. `detect` also accepts
files of any format that end before their image does, and reports the readable data.

## Movies

Media data keeps only the samples of tracks that players show. All tables of offsets, indexes of
fragments, cues and seek heads are computed again, and the rewritten file is read again: every
sample has to be the same bytes in the same place of its track. Times of creation are set to zero,
names of programs to empty text, random track identifiers of Matroska to track numbers. A live
recording of unknown length gets sizes.

Data tracks go, because they hold positions, motion or the time of day. Chapters go, because titles
are free text and their images are thumbnails. Fonts attached to a Matroska file go too, so styled
subtitles may look different. Subtitles of a drone or dashboard camera that log a position go, other
subtitles stay. iTunes' items for gapless playback go too; edit lists, which say the same, stay.
Spherical video keeps `st3d` and `sv3d`, not the XML of its first version. Samples are not examined: a video encoder may have written its own
name and settings there.

A movie whose media data is in another file, a compressed movie header and a truncated movie are
refused; `detect` reports the latter. A movie on disk is read and written piece by piece.

## TIFF

A page's metadata fields are read as one EXIF block. The file is written again without gaps: coded
data in its order, then the pages. Camera raw images (DNG, NEF, CR2 and others) are refused, because
raw converters need fields that nobody documents. Images below a page (`SubIFDs`) go, except the
main image of a page that is itself a smaller copy.

## Auxiliary images

An auxiliary image is a gain map, a depth map, a matte or the other view of a stereo pair. It keeps
only the parameters that its display needs:

- XMP properties of `hdrgm`, `HDRGainMap`, `apdi`, `depthData`,
  `depthBlurEffect:SimulatedAperture` and the versions of mattes, if their values have the expected
  form;
- Google's list of the remaining images, with their new lengths;
- tags 33 and 48 of Apple's maker note (HDR headroom and gain), if a gain map stays;
- the camera properties of Apple's spatial photos (`cmin`, `cmex` and their `uuid` forms);
- numbers that place the views of an MPO file (CIPA DC-007): image number, base line, convergence,
  overlap, axis distances and angles.

The XMP packet or maker note for these is written again and holds nothing else.

Some auxiliary images are removed: a portrait's unblurred «Original» and linear thumbnails, which
show the image before an effect; Google's depth and confidence maps, whose parameters are in removed
metadata; in HEIF, auxiliary images of unknown purpose that metadata describes. The report lists
under `pictures` each auxiliary image, its purpose, and whether it stays.

## Scopes

| `scope` | what goes |
|---|---|
| `all` | all metadata that the display does not need |
| `private` | the same, but AI labels, the C2PA manifest, credit and camera settings stay |
| `ai` | only data in the category `ai_provenance`; a photographer's data stays |

`private` and `keep` select single fields of EXIF, XMP, IPTC, Photoshop resources, PNG texts, items
of movies and tags of Matroska. Their block is written again and holds nothing else: no gaps, no
padding, no comments, no unknown field. Each field keeps the bytes of its value, in EXIF also its
type and byte order. XMP is written in UTF-8, as one packet. The table below says under «stays as»
why a field may stay.

- A field that no rule knows goes, because private data can hide in it. So do captions, keywords and
  comments, which often name people and places, unless `keep` names `captions`.
- A field inside a private structure goes with it: the creator of an ingredient, the name in a
  region. Labels stay wherever they are.
- AI provenance stays whole, including prompts and parameters. These may hold names of files.
- Camera settings stay if they are numbers: exposure, focal length, flash. Make, model and lens go.
- Damaged XMP is mended first, as lenient readers do. What cannot be read goes, and the report warns.

With `scope: ai`, single fields are removed from EXIF, XMP and IPTC. A block is removed whole only
if the rest cannot be proven unchanged. A C2PA store is removed whole if any of its manifests states
AI.

## What you can keep

`keep` names data to keep, with any scope: a list, or comma-separated words in a query or on the
command line (`expunge metadata photo.jpg --keep credit,gps`).

| word | what stays |
|---|---|
| `icc` | colour profiles, which always stay |
| `credit` | creators, rights, credit lines, sources, terms of use and licensors; training opt-outs (PLUS data mining, TDM) and a C2PA manifest that holds one |
| `copyright` | the same as `credit` |
| `provenance` | `credit`, AI labels and the C2PA manifest: what `scope: private` keeps, without camera settings |
| `captions` | titles, headlines, descriptions, keywords and comments in fields of their own |
| `panorama` | all of GPano; `scope: private` keeps the projection alone |
| `gps` | the position in EXIF |
| `exif`, `xmp`, `iptc` | these blocks whole |
| `comments`, `text` | comments; keyed texts and names |
| `thumbnails` | embedded previews |

`keep` goes before `scope`: a credit line that names an AI tool stays with `scope: ai` and
`keep: credit`.

## C2PA manifests

A manifest is never edited here. It stays byte for byte, goes whole, or is replaced by one that the
operator signs. A hash in it covers the other bytes of the file, and it may hold private data itself.
[What becomes of it](../explanation/c2pa.md#manifests-of-cleaned-files) is in the report under
`c2pa`.

## Warnings

`warnings` in the report has a code and a sentence for each of these:

| code | meaning |
|---|---|
| `manifest_dropped` | the C2PA manifest would not hold, or holds private data, and nobody could sign |
| `label_moved` | the manifest that went stated AI; XMP states it now |
| `training_opt_out_removed` | a training opt-out went, in a field or in a manifest |
| `label_lost`, `credit_lost` | a field was in a block that could not be read well enough to keep it, or a label was in a manifest alone and the format takes no XMP here |"""  # noqa: E501 (one line per table row)

LIMITS_NOTE = """\
- A report only repeats what the metadata says. Missing metadata proves nothing, so a report never
  calls an image clean or not AI-made.
- SynthID and other watermarks in pixels cannot be detected locally (`unsupported_locally`).
  The report only repeats what the provenance data says of them. `verify_url` is the public
  detector of the vendor it names: OpenAI's for an OpenAI image, else Google's.
- Some tools hide parameters in the low bits of pixels. Their signature is found in 8-bit PNGs
  without interlacing. `deep` decodes the image to read them, in PNG and WebP. A lossless strip
  cannot remove them.
- A maker note is one opaque fact; its contents are not reported.
- A C2PA signer is trusted as far as the [trust lists](../explanation/c2pa.md) say. A manifest at a
  URL outside the file is never fetched (`remote_only`). Identities that only their issuer can
  confirm stay `unverified`.
- A label or name can be false: confidence rates the recognition, not the writer's honesty."""

MEMORY = "10 × the file, or 40 MB if that is more"
"""Allocated during a strip, by tracemalloc: 36 MB for a JPEG of 424 kB with 25,000 segments and
a surplus in each, 34 MB for a GIF of 353 kB with 50,000 comments, less in other formats."""

HEADINGS = {
    Category.AI: "AI provenance",
    Category.PRIVATE: "Private data",
    Category.AUTHORSHIP: "Authorship",
    Category.TECHNICAL: "Technical data",
}


def page() -> str:
    """Return the whole page in Markdown."""
    return "\n".join((*_introduction(), *_unexamined(), *_bounds(), *_keys())) + "\n"


def _introduction() -> Iterator[str]:
    yield "# Metadata: what is removed, what stays, and why"
    yield "\n*Generated by `make docs` from the rule table; do not edit it.*\n"
    yield "| format | removed | stays |"
    yield "|---|---|---|"
    yield from (f"| {name} | {gone} | {kept} |" for name, gone, kept in FORMATS)
    yield f"\n{WHY}\n"
    yield "## What a report cannot tell\n"
    yield LIMITS_NOTE


def _unexamined() -> Iterator[str]:
    yield "\n## What a strip cannot examine\n"
    yield (
        "Pixels are not decoded, so all data within the coded pixels stays. A few fields outside "
        "them stay too. The report of `metadata` lists them for each file under `unexamined`.\n"
    )
    for media_type, named in UNEXAMINED.items():
        yield f"- **{media_type}**: {'; '.join(named)}."
    yield f"- **all of them**: {PROFILE_TEXTS}."


def _bounds() -> Iterator[str]:
    bounds = (
        (
            "file",
            (
                f"{LIMITS.file_bytes:,} bytes over HTTP, with any number of pixels; "
                "[more on the command line](command-line.md)"
            ),
        ),
        ("blocks of a container", f"{LIMITS.blocks:,}"),
        ("memory", MEMORY),
        ("a video", "2 GB on disk, 400 MB on AWS; 1,000,000 pieces of samples; 128 MB of indexes"),
        ("facts in a file", f"{fact.Budget().facts:,}"),
        ("findings in a report", f"{findings.MAX_FINDINGS}; technical ones are dropped first"),
        ("a value", f"{fact.MAX_VALUE:,} characters examined, {fact.SHOWN} shown"),
        ("values of a file", f"{findings.MATCHED_CHARACTERS:,} characters examined in full"),
        (
            "compressed text",
            f"{text.MAX_INFLATED:,} bytes per chunk, {fact.Budget().inflated:,} per file, inflated",
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
    yield "The first rule that applies to a field decides. A `*` matches any rest of a key.\n"
    for name, group in PLACES.items():
        yield f"- **{name}**: {', '.join(_as_code(group))}"
    for category, heading in HEADINGS.items():
        yield f"\n### {heading} (`{category}`)\n"
        yield "| rule | where | value | names | confidence | stays as | source |"
        yield "|---|---|---|---|---|---|---|"
        yield from (_row(rule) for rule in RULES if rule.category is category)


def _row(rule: Rule) -> str:
    where = _grouped(rule.where)
    if rule.id == "unreadable":
        where = f"`{UNREADABLE}` in any"
    value = f"`{rule.value.replace('|', chr(92) + '|')}`" if rule.value else "any"
    cells = (
        rule.id, where, value, rule.tool, f"{rule.confidence:g}", _reasons(rule), rule.source,
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


def _reasons(rule: Rule) -> str:
    """The reasons to keep a field, in words."""
    if rule.category is Category.AI:
        return "label"
    names = (str(each.name).lower().replace("_", "-") for each in rule.kept)
    return ", ".join(names)


def _grouped(where: str) -> str:
    """Places as code; groups of places by name."""
    named = []
    for name, group in PLACES.items():
        if group in where:
            where = where.replace(group, "")
            named.append(f"**{name}**")
    return ", ".join([*named, *_as_code(where)])


def _as_code(where: str) -> list[str]:
    return [f"`{place}`" for place in places(where)]
