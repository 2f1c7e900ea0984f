"""Hide what identifies in a moving picture: look through all of it, then write it again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.imaging import moving
from expunge.imaging.codecs import Picture
from expunge.imaging.faces.choices import Method, Shape
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.masking import hide
from expunge.imaging.faces.selection import SAME, as_boxes
from expunge.imaging.faces.suppression import iou
from expunge.imaging.moving.hiding import Hider, only
from expunge.imaging.moving.survey import looked, surveyed
from expunge.imaging.progress import stretch
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.targets.choices import Target
from expunge.operations import mask, metadata, people
from expunge.operations.moving_report import Hidden, described
from expunge.operations.moving_search import searches, sure
from expunge.operations.options.metadata import MetadataOptions
from expunge.operations.outcome import Outcome
from expunge.operations.targets import polygon

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from expunge.imaging.faces.masking import MaskStyle
    from expunge.imaging.faces.regions import Covering
    from expunge.imaging.moving import Facts, Frame
    from expunge.imaging.moving.survey import Survey
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.operations.options.mask import MaskOptions

LOOKED = 0.7
"""Share of the work that is done when everything is found."""


def run(source: Source, options: MaskOptions, progress: Progress) -> Outcome:
    """Hide faces in every frame of a moving picture.

    Raises
    ------
    expunge.errors.ModelMissing
        If a network is not installed.
    expunge.errors.ExpungeError
        As `expunge.imaging.moving.frames` and `rewritten`.
    """
    watch = Stopwatch()
    style = mask.style_of(options)
    references = people.references(options.except_) if options.except_ else None
    facts, size = moving.facts(source), moving.size_of(source)
    found = searches(options)
    frames = moving.told(moving.frames(source), stretch(progress, 0, LOOKED), facts.seconds)
    survey = surveyed(looked(frames, found, every=options.search_every), sure(found))
    watch.lap("search")
    hidden = planned(survey, options, size)
    if references is not None:
        hidden = without_people(hidden, survey, source, moving.frames(source), references)
        watch.lap("recognition")
    if changes_nothing(hidden, facts, options):
        progress(1)
        return unmasked(source, described(source, survey, hidden, options), watch)
    hider = Hider(
        only(survey, hidden.tracks),
        [track.kind for track in survey.tracks],
        size,
        options.padding,
        shape(options),
    )
    made = moving.rewritten(
        source,
        changed(source, moving.frames(source), hider, hidden.regions, style),
        moving.Coding(**options.coding),
        stretch(progress, LOOKED, 1),
    )
    watch.lap("mask")
    progress(1)
    report = described(source, survey, hidden, options)
    return Outcome(
        made.data, made.media_type, finished(report, made.notes), watch.milliseconds(), made.file
    )


def finished(report: dict[str, Any], notes: Sequence[str]) -> dict[str, Any]:
    """The report on a file that was written; ``notes`` say what that changed."""
    report["moving"]["notes"] = list(notes)
    return report | {"exact": False, "changed": True}


def changes_nothing(hidden: Hidden, facts: Facts, options: MaskOptions) -> bool:
    """Whether the frames and the sound stay as they are."""
    silenced = facts.has_audio and not options.keep_audio
    return not (hidden.tracks or hidden.regions or silenced)


def shape(options: MaskOptions) -> Shape:
    return Shape.ELLIPSE if options.method is Method.ELLIPTICAL else options.shape


def planned(survey: Survey, options: MaskOptions, size: tuple[int, int]) -> Hidden:
    """Choose among the tracks as the options say: by number, or by the box where one is surest."""
    chosen = {track.number for track in survey.tracks}
    drawn: list[Any] = []
    if options.include is not None:
        wanted, drawn = _named(survey, options.include)
        chosen &= wanted
    chosen -= _named(survey, options.exclude)[0]
    if options.max_faces:
        chosen = _most_confident(survey, chosen, options.max_faces)
    boxes = [[(x1, y1), (x2, y1), (x2, y2), (x1, y2)] for x1, y1, x2, y2 in drawn]
    outlines = [
        *((Target.FACES.value, np.array(box, np.float32)) for box in boxes),
        *((mask.REGIONS, polygon(area)) for area in options.regions or ()),
    ]
    return Hidden(frozenset(chosen), tuple(outlines), size, {})


def _named(survey: Survey, wanted: tuple[Any, ...]) -> tuple[set[int], list[Any]]:
    """The numbers of the tracks that indices and boxes name, and the boxes that name none."""
    numbers = {one for one in wanted if isinstance(one, int)}
    boxes = [one for one in wanted if not isinstance(one, int)]
    best = as_boxes([tuple(track.best.box.tolist()) for track in survey.tracks])
    same = iou(as_boxes(boxes), best) >= SAME
    numbers |= set(np.nonzero(same)[1].tolist())
    faces = {track.number for track in survey.tracks}
    unmatched = [box for box, row in zip(boxes, same, strict=True) if not row.any()]
    return numbers & faces, unmatched


def _most_confident(survey: Survey, chosen: set[int], most: int) -> set[int]:
    faces = [one for one in survey.tracks if one.kind == Target.FACES and one.number in chosen]
    ranked = sorted(faces, key=lambda track: -track.best.score)
    return chosen - {track.number for track in ranked[most:]}


def without_people(
    hidden: Hidden,
    survey: Survey,
    source: Source,
    frames: Iterable[Frame],
    references: Any,  # noqa: ANN401
) -> Hidden:
    """What is hidden without the tracks of people that the caller named.

    A face stays visible only if it is recognised wherever its track can be compared.
    """
    wanted: dict[int, list[tuple[int, Any]]] = {}
    for number in hidden.tracks:
        for index, one in survey.tracks[number].moments:
            wanted.setdefault(index, []).append((number, one))
    votes: dict[int, list[int | None]] = {number: [] for number in hidden.tracks}
    last = max(wanted, default=-1)
    for index, frame in enumerate(frames):
        if index > last:
            break
        faces = wanted.get(index, [])
        if faces:
            found = _recognised(source, frame, [one for _, one in faces], references)
            for place, (number, _) in enumerate(faces):
                votes[number].append(found.get(place))
    known = {
        number: cast[0]
        for number, cast in votes.items()
        if cast and cast[0] is not None and len(set(cast)) == 1
    }
    return replace(hidden, tracks=hidden.tracks - set(known), known=known)


def _recognised(source: Source, frame: Frame, faces: list[Any], references: Any) -> dict[int, int]:  # noqa: ANN401
    seen = Faces(
        np.stack([one.box for one in faces]),
        np.array([one.score for one in faces], np.float32),
        np.stack([one.landmarks for one in faces]),
    )
    picture = Picture(source, frame.pixels, None, 8)
    return people.recognise(picture, seen, range(len(faces)), references)


def changed(
    source: Source,
    frames: Iterable[Frame],
    hider: Hider,
    regions: Sequence[tuple[str, Covering]],
    style: MaskStyle,
) -> Iterator[Frame]:
    """Yield frames in which what ``hider`` says is hidden, and given regions."""
    for frame in frames:
        covered = [*hider.at(frame.index), *regions]
        if not covered:
            yield frame
            continue
        picture = Picture(source, frame.pixels.copy(), None, 8)
        styles = [mask.style_of_kind(kind, style) for kind, _ in covered]
        edits = hide(picture, [region for _, region in covered], styles)
        alpha = None if frame.alpha is None else frame.alpha | np.uint8(255) * edits.changed
        yield replace(frame, pixels=edits.pixels, alpha=alpha)


def unmasked(source: Source, report: dict[str, Any], watch: Stopwatch) -> Outcome:
    """Nothing is to be hidden: the frames stay as they are, and only metadata goes."""
    cleaned = metadata.run(source, MetadataOptions())
    watch.lap("strip")
    report |= {"exact": True, "changed": cleaned.report["changed"]}
    return Outcome(cleaned.image, cleaned.media_type, report, watch.milliseconds(), cleaned.file)
