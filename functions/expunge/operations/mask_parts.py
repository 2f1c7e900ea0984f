"""`mask` of a long video, in parts: search (N), choose (1), hide (N), join (1)."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge.errors import MalformedImage
from expunge.imaging import moving
from expunge.imaging.moving.hiding import Hider, only
from expunge.imaging.moving.joining import OVERLAP, as_arrays, joined, overlap
from expunge.imaging.moving.ranges import Range
from expunge.imaging.moving.survey import AHEAD, Places, looked, surveyed
from expunge.imaging.progress import stretch
from expunge.imaging.stopwatch import Stopwatch
from expunge.operations import mask, mask_moving, people
from expunge.operations.moving_report import Hidden, described
from expunge.operations.moving_search import searches, sure
from expunge.operations.outcome import Outcome
from expunge.operations.part_files import packed, unpacked
from expunge.operations.video_parts import Work, join, numbered, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from expunge.imaging.data import FileData
    from expunge.imaging.moving.survey import Glance, Survey
    from expunge.operations.options.mask import MaskOptions

FOUND, CHOSEN, HIDDEN = range(3)
JOINED = 0.5
"""Share of the choice that is done when it is known what there is."""


def _search(work: Work[MaskOptions]) -> FileData:
    """Search a range of frames, and what of others tells about it."""
    options, found = work.options, searches(work.options)
    within, reached = work.range, _reached(work)
    glances = looked(
        work.frames(reached),
        found,
        every=options.search_every,
        ends=reached.last >= work.timeline.count,
    )
    wanted = takewhile(lambda glance: glance.index < within.last, glances)
    arrays = as_arrays(wanted, list(found))
    told = {"range": [within.first, within.last], "sure": sure(found)}
    return packed(work.scratch, told, arrays)


def _reached(work: Work[MaskOptions]) -> Range:
    """The frames that tell about a range; they are decoded together when it is written, too."""
    within = work.range
    if within.is_empty or not work.timeline.regular:
        return within
    since = work.timeline.since(within.first, OVERLAP)
    start = overlap(within.first, since, work.options.search_every)
    return Range(start, within.last + AHEAD)


def _choose(work: Work[MaskOptions]) -> FileData:
    """Join what was found, and choose what is hidden."""
    options, facts = work.options, moving.facts(work.source)
    references = people.references(options.except_) if options.except_ else None
    places: list[int] = []
    least = unpacked(work.before(FOUND)[0]).facts["sure"]
    survey = surveyed(_noted(work, joined(_found(work), list(least)), places), least)
    if not places:
        raise MalformedImage("the video has no frame that can be decoded")
    hidden = mask_moving.planned(survey, options, moving.size_of(work.source))
    if references is not None:
        rest = stretch(work.progress, JOINED, 1)
        frames = numbered(work.frames(progress=rest), places)
        hidden = mask_moving.without_people(hidden, survey, work.source, frames, references)
    told = {
        "report": described(work.source, survey, hidden, options),
        "exact": mask_moving.changes_nothing(hidden, facts, options),
        "kinds": [track.kind for track in survey.tracks],
        "given": [[kind, outline.tolist()] for kind, outline in hidden.given],
    }
    return packed(work.scratch, told, _as_arrays(survey, hidden, places))


def _found(work: Work[MaskOptions]) -> Iterable[tuple[Range, dict[str, Any]]]:
    for file in work.before(FOUND):
        left = unpacked(file)
        first, last = left.facts["range"]
        yield Range(first, last), left.arrays


def _noted(
    work: Work[MaskOptions], glances: Iterable[Glance], places: list[int]
) -> Iterator[Glance]:
    """Yield glances, and list the places of their frames."""
    for glance in glances:
        places.append(glance.index)
        work.progress(JOINED * min(1.0, len(places) / max(1, work.timeline.count)))
        yield glance


def _as_arrays(survey: Survey, hidden: Hidden, places: Sequence[int]) -> dict[str, Any]:
    shown = only(survey, hidden.tracks)
    return {
        "places": np.array(places, np.int64),
        "shots": np.array([one.shot for one in shown], np.int32),
        "counts": np.array([len(one.tracks) for one in shown], np.int32),
        "tracks": np.concatenate([np.zeros(0, np.int32), *(one.tracks for one in shown)]),
        "points": np.concatenate([np.zeros((0, 4, 2), np.float32), *(one.points for one in shown)]),
    }


def _hide(work: Work[MaskOptions]) -> FileData:
    """Write a range of frames in which what was chosen is hidden."""
    options = work.options
    style = mask.style_of(options)
    left = unpacked(work.before(CHOSEN)[0])
    if left.facts["exact"]:
        return packed(work.scratch, {})
    size = moving.size_of(work.source)
    given = tuple((kind, np.array(one, np.float32)) for kind, one in left.facts["given"])
    hidden = Hidden(frozenset(), given, size, {})
    hider = Hider(
        _places(left.arrays), left.facts["kinds"], size, options.padding, mask_moving.shape(options)
    )
    frames = numbered(work.frames(work.range, through=_reached(work)), left.arrays["places"])
    changed = mask_moving.changed(work.source, frames, hider, hidden.regions, style)
    return write(work, changed)


def _places(arrays: dict[str, Any]) -> list[Places]:
    ends = np.cumsum(arrays["counts"])
    spans = zip(arrays["shots"].tolist(), ends - arrays["counts"], ends, strict=True)
    return [
        Places(shot, arrays["tracks"][start:end], arrays["points"][start:end])
        for shot, start, end in spans
    ]


def _join(work: Work[MaskOptions]) -> Outcome:
    """Join the ranges, or hand out the file as it is without its metadata."""
    watch = Stopwatch()
    left = unpacked(work.before(CHOSEN)[0])
    report = left.facts["report"]
    if left.facts["exact"]:
        return mask_moving.unmasked(work.source, report, watch)
    made, _ = join(work, work.before(HIDDEN))
    watch.lap("join")
    report = mask_moving.finished(report, made.notes)
    return Outcome(None, made.media_type, report, watch.milliseconds(), made.file)


STAGES = (_search, _choose, _hide, _join)
