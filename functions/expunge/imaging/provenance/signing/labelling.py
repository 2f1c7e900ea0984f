"""Say in XMP what a dropped manifest said: that AI made or changed the image.

Only the source type moves (IPTC ``DigitalSourceType``), since AI labels have to stay where private
data goes. It is no longer signed. Names, prompts and actions of the manifest do not move.
"""

from __future__ import annotations

from os import SEEK_END
from typing import TYPE_CHECKING, BinaryIO

from expunge.imaging.data import FileData
from expunge.imaging.provenance import packets
from expunge.imaging.provenance.survey import survey
from expunge.imaging.source import Source

if TYPE_CHECKING:
    from expunge.imaging.provenance.c2pa import ManifestStore

IPTC = "http://cv.iptc.org/newscodes/digitalsourcetype/"
_TERMS = {
    "trainedalgorithmicmedia": f"{IPTC}trainedAlgorithmicMedia",
    "compositewithtrainedalgorithmicmedia": f"{IPTC}compositeWithTrainedAlgorithmicMedia",
    "compositesynthetic": f"{IPTC}compositeSynthetic",
    "trainedalgorithmicdata": "http://c2pa.org/digitalsourcetype/trainedAlgorithmicData",
}
"""URL of each source type of AI, by its name in lower case."""
_KEY = "Iptc4xmpExt:DigitalSourceType"


def source_type(store: ManifestStore) -> str:
    """The URL of the source type of AI that a store states of its image; else empty.

    That is the one of the active manifest, else of the latest of its parents with one. If only
    another source of the image has one, the image is a composite.
    """
    of_image, of_parts = "", ""
    line = _line(store)
    for manifest in reversed(store.manifests):
        url = next(filter(None, map(_url, manifest.source_types)), "")
        if manifest.label in line:
            of_image = of_image or url
        else:
            of_parts = of_parts or url
    return of_image or (of_parts and _TERMS["compositewithtrainedalgorithmicmedia"])


def _line(store: ManifestStore) -> set[str]:
    """Labels of the active manifest and its parents."""
    by_label = {manifest.label: manifest for manifest in store.manifests}
    line: set[str] = set()
    waiting = [store.active.label] if store.active else []
    while waiting:
        label = waiting.pop()
        if label in by_label and label not in line:
            line.add(label)
            ingredients = by_label[label].ingredients
            waiting += [i.manifest for i in ingredients if i.relationship == "parentOf"]
    return line


def _url(term: str) -> str:
    """The URL of a source type of AI, whatever its letters and prefix; else empty."""
    return _TERMS.get(term.rpartition(":")[2].lower(), "")


def is_labelled(source: Source) -> bool:
    """Whether XMP states a source type."""
    return any(located.fact.key == _KEY for located in survey(source.layout, source.content))


def labelled(data: bytes, url: str) -> bytes | None:
    """Add a source type to a file; ``None`` if its format or its XMP takes none here."""
    made = packets.with_properties(Source.of(data), {_KEY: url})
    return next((new for new in made if _states(new, url)), None)


def label_file(file: BinaryIO, url: str) -> bool:
    """The same for a movie on disk. Return whether its XMP states the source type now."""
    length = file.seek(0, SEEK_END)
    file.write(packets.uuid_box(packets.packet({_KEY: url})))
    file.flush()
    if is_labelled(Source.over(FileData(file), limits=None)):
        return True
    file.truncate(length)
    return False


def _states(data: bytes, url: str) -> bool:
    """Whether a reader finds the label."""
    found = survey(Source.of(data).layout, data)
    return any((f.fact.key, f.fact.value) == (_KEY, url) for f in found)
