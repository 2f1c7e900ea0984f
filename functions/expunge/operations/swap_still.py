"""Replace faces in a still image; the new faces of a moving one are prepared here, too."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge import models
from expunge.errors import Unavailable
from expunge.imaging.codecs import Edits, Patch, decode, encode
from expunge.imaging.faces.choices import FACE_MESH
from expunge.imaging.faces.mesh.mesh import Mesh, loaded
from expunge.imaging.loading import load
from expunge.imaging.moving import is_moving
from expunge.imaging.progress import stretch
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.swap.moving import Part
from expunge.imaging.swap.plugged import Plugged, restorer, swapper
from expunge.imaging.swap.refusal import FaceUnusable, Reason, check_seen, check_turned
from expunge.imaging.swap.swapping import prepared, swapped
from expunge.imaging.swap.visible_label import label_patch
from expunge.operations import faces
from expunge.operations.mask import stripped
from expunge.operations.options.faces import FacesOptions
from expunge.operations.outcome import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from expunge.imaging.codecs import Picture
    from expunge.imaging.faces.mesh.mesh import MeshFinder
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.imaging.swap.source import SourceFace
    from expunge.operations.options.swap import SwapOptions, Wanted

NUMBERING = FacesOptions()
"""How a target's faces are found, so that they have the numbers that ``faces`` gives them."""
SURE = 0.5
"""Confidence from which something in a picture of a new face counts as a face."""
PREPARED, FOUND = 0.2, 0.4
"""Shares of the work that are done when the sources, and then the targets are known."""
_GREY = np.array((0.299, 0.587, 0.114))


@dataclass(frozen=True, slots=True)
class _Target:
    """A face that is to be replaced."""

    index: int
    box: dict[str, float]
    mesh: Mesh


def run(source: Source, options: SwapOptions, progress: Progress) -> Outcome:
    """See `expunge.operations.swap.run`."""
    finder = loaded(models.installed(FACE_MESH))
    parts = new_faces(source, options)
    progress(PREPARED)
    if is_moving(source):
        rest = stretch(progress, PREPARED, 1)
        outcome: Outcome = load("expunge.operations.swap_moving").run(source, options, parts, rest)
        return outcome
    return _still(source, options, parts, finder, progress)


def new_faces(source: Source, options: SwapOptions) -> list[Part]:
    """The new faces, in the order of ``options.wanted``."""
    sources = _sources(source, options, loaded(models.installed(FACE_MESH)))
    return [Part(face, one.enhance) for one, face in zip(options.wanted, sources, strict=True)]


def examine(source: Source, options: SwapOptions) -> None:
    """See `expunge.operations.swap.examine`."""
    finder = loaded(models.installed(FACE_MESH))
    sources = _sources(source, options, finder)
    if not is_moving(source):
        _targets(_seen(source, Stopwatch()), decode(source), options, sources, finder)


def _sources(source: Source, options: SwapOptions, finder: MeshFinder) -> list[SourceFace]:
    """The new faces, in the order of ``options.wanted``; each picture is read once."""
    made: dict[str, SourceFace] = {}
    for one in options.wanted:
        if one.source not in made:
            try:
                made[one.source] = _prepared(source.companions[one.source], finder)
            except FaceUnusable as error:
                raise error.at(one.source_pointer) from None
    return [made[one.source] for one in options.wanted]


def _prepared(companion: Source, finder: MeshFinder) -> SourceFace:
    found = faces.detect(companion, FacesOptions(confidence=SURE), Stopwatch()).found.faces
    if not len(found):
        reason = "shows no face; give a sharp picture of one, turned to the camera"
        raise FaceUnusable(Reason.NO_FACE, reason)
    largest = int(found.sizes.prod(axis=1).argmax())
    pixels = decode(companion).rgb8()
    mesh = finder.find(pixels, found.boxes[largest], found.landmarks[largest])
    return replace(prepared(pixels, mesh, plugged()), faces=len(found))


def plugged() -> Plugged:
    """The operator's networks that are installed: the first one of each kind in the catalogue.

    Raises
    ------
    expunge.errors.Unavailable
        If one is no such network, or lacks the one that describes sources for it.
    """
    there = {model.name: model for model in models.catalogue() if model.path().is_file()}
    found = Plugged()
    for model in there.values():
        form, other = model.face_restorer, model.face_swapper
        if form is not None and found.restorer is None:
            helper = restorer(model.name, model.path(), form.side, form.range)
            found = replace(found, restorer=helper)
        if other is not None and found.swapper is None:
            embedder = there.get(other.embedder)
            if embedder is None:
                needed = f"«{model.name}» needs «{other.embedder}», which is not installed"
                raise Unavailable(f"The operator's face swapper cannot be used: {needed}")
            made = swapper(model.path(), embedder.path(), other.side, other.range)
            found = replace(found, swapper=made)
    return found


def _still(
    source: Source,
    options: SwapOptions,
    parts: Sequence[Part],
    finder: MeshFinder,
    progress: Progress,
) -> Outcome:
    watch = Stopwatch()
    detection = _seen(source, watch)
    picture = decode(source)
    watch.lap("decode")
    targets = _targets(detection, picture, options, [part.source for part in parts], finder)
    watch.lap("mesh")
    progress(FOUND)
    frame = picture.rgb8() if len(targets) == 1 else picture.rgb8().copy()
    patches: list[Patch] = []
    told = []
    for one, target, part in zip(options.wanted, targets, parts, strict=True):
        made = swapped(frame, target.mesh, part.source, enhance=part.enhance)
        patches.append(_fitting(picture, patches, made.patch, frame))
        if len(targets) > 1:
            frame[made.patch.area] = made.patch.pixels
        told.append(_told(one, target, made.warnings, part))
    del frame
    labels = _label(picture, patches) if options.visible_label else []
    patches += labels
    watch.lap("swap")
    progress((FOUND + 1) / 2)
    encoded = encode(
        picture,
        patches,
        drop_previews=True,
        media_type=options.media_type,
        quality=options.quality,
    )
    data = stripped(encoded)
    watch.lap("encode")
    report = {
        "format": encoded.media_type,
        "width": picture.width,
        "height": picture.height,
        "count": len(detection.chosen),
        "faces": _numbered(detection),
        "swapped": told,
        "regions": [one.place for one in patches],
        "consent": options.consent,
        "visible_label": bool(labels),
        "exact": encoded.exact,
        "changed": data != source.data,
    }
    progress(1)
    return Outcome(data, encoded.media_type, report, watch.milliseconds())


def _seen(source: Source, watch: Stopwatch) -> faces.Detection:
    return faces.detect(source, NUMBERING, watch)


def _targets(
    detection: faces.Detection,
    picture: Picture,
    options: SwapOptions,
    sources: Sequence[SourceFace],
    finder: MeshFinder,
) -> list[_Target]:
    """The faces to replace, in the order of ``options.wanted``."""
    pixels = picture.rgb8()
    each = zip(options.wanted, sources, strict=True)
    return [_target(detection, pixels, one, face, finder) for one, face in each]


def _target(
    detection: faces.Detection,
    pixels: NDArray[np.uint8],
    one: Wanted,
    face: SourceFace,
    finder: MeshFinder,
) -> _Target:
    found, count = detection.found.faces, len(detection.chosen)
    if not count:
        raise FaceUnusable(Reason.NO_FACE, "no face was found in the image", one.pointer)
    index = int(found.sizes.prod(axis=1).argmax()) if one.index is None else one.index
    if index >= len(found):
        last = f"face 0 to {count - 1}" if count > 1 else "face 0 alone"
        raise FaceUnusable(
            Reason.NO_FACE, f"there is no face {index}; the image has {last}", one.pointer
        )
    mesh = finder.find(pixels, found.boxes[index], found.landmarks[index])
    try:
        check_seen(mesh)
        check_turned(face.level.points, mesh.points)
    except FaceUnusable as error:
        raise error.at(one.pointer) from None
    return _Target(index, _box(detection, index), mesh)


def _numbered(detection: faces.Detection) -> list[dict[str, Any]]:
    listed = detection.chosen[: faces.MAX_LISTED]
    return [{"index": index, "box": _box(detection, index)} for index in listed]


def _box(detection: faces.Detection, index: int) -> dict[str, float]:
    sides = (round(float(side), 2) for side in detection.found.faces.boxes[index])
    return dict(zip(("x1", "y1", "x2", "y2"), sides, strict=True))


def _told(one: Wanted, target: _Target, warnings: tuple[str, ...], part: Part) -> dict[str, Any]:
    return {
        "face_index": target.index,
        "box": target.box,
        "source": one.source,
        "warnings": list(warnings),
        **part.told,
    }


def _fitting(
    picture: Picture, earlier: Sequence[Patch], made: Patch, frame: NDArray[np.uint8]
) -> Patch:
    """The patch with the picture's channels and depth: the difference is added, nothing else."""
    if picture.pixels.dtype == np.uint8 and picture.pixels.shape[2] == 3:
        return made
    difference = made.pixels.astype(np.int32) - frame[made.area]
    if picture.pixels.shape[2] == 1:
        difference = np.rint(difference @ _GREY).astype(np.int32)[..., None]
    before = _as_it_stands(picture, earlier, made)
    after = before.astype(np.int32) + difference * (1 << (picture.depth - 8))
    return Patch(
        made.x, made.y, np.clip(after, 0, (1 << picture.depth) - 1).astype(picture.pixels.dtype)
    )


def _as_it_stands(picture: Picture, earlier: Sequence[Patch], made: Patch) -> NDArray[Any]:
    """The pixels of a patch's place, with the patches before it."""
    return _edited(picture, earlier).area(*made.area)


def _edited(picture: Picture, patches: Sequence[Patch]) -> Edits:
    """The picture with patches, where it does not matter what they change."""
    return Edits(picture.pixels, tuple(patches), np.zeros((0, 0), bool))


def _label(picture: Picture, patches: Sequence[Patch]) -> list[Patch]:
    made = label_patch(_edited(picture, patches).pixels, depth=picture.depth, alpha=picture.alpha)
    return [] if made is None else [made]
