"""`swap` in a long video, in parts: search (1), draw meshes (N), write (N), join (1).

A search takes a small share of the work. So one part does it, and everybody is followed from the
first frame to the last.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge import models
from expunge.errors import PipelineError
from expunge.imaging.faces.choices import FACE_MESH
from expunge.imaging.faces.mesh.mesh import loaded as mesh_finder
from expunge.imaging.moving.ranges import Range
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.swap.cast import Cast, Placed
from expunge.imaging.swap.drawn import WARM, Drawn, drawn
from expunge.imaging.swap.moving import Done, changed
from expunge.operations import swap_moving
from expunge.operations.outcome import Outcome
from expunge.operations.part_files import packed, unpacked
from expunge.operations.people import limits
from expunge.operations.swap_moving import Named
from expunge.operations.swap_still import new_faces
from expunge.operations.video_parts import Work, join, numbered, write

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from expunge.imaging.data import FileData
    from expunge.imaging.moving import Frame
    from expunge.operations.options.swap import SwapOptions
    from expunge.operations.part_files import Left

SEEN, DRAWN, WRITTEN = range(3)


def _search(work: Work[SwapOptions]) -> FileData:
    """Find out who is where, and who is named."""
    options = work.options
    faces = new_faces(work.source, options)
    describe = swap_moving.describer(work.source)
    places: list[int] = []
    seen = swap_moving.look(_noted(work.frames(), places), options, describe)
    named = swap_moving.named_faces(seen, options.wanted)
    people = seen.people([one.track for one in named], limits())
    told = {
        "named": [asdict(one) for one in named],
        "people": list(people.items()),
        "faces": [face.told for face in faces],
        "notes": swap_moving.notes_on(describe),
    }
    return packed(work.scratch, told, _as_arrays(seen, people, places))


def _noted(frames: Iterable[Frame], places: list[int]) -> Iterator[Frame]:
    """Yield frames, numbered in a row, and list their places."""
    for frame in frames:
        places.append(frame.index)
        yield frame


def _as_arrays(seen: Cast, people: dict[int, int], places: list[int]) -> dict[str, Any]:
    wanted = list(people)
    own = [np.isin(one.tracks, wanted) for one in seen.frames]
    tracks = [one.tracks[mine] for one, mine in zip(seen.frames, own, strict=True)]
    points = [one.points[mine] for one, mine in zip(seen.frames, own, strict=True)]
    return {
        "places": np.array(places, np.int64),
        "counts": np.array([len(one) for one in tracks], np.int32),
        "tracks": np.concatenate([np.zeros(0, np.int32), *tracks]),
        "points": np.concatenate([np.zeros((0, 7, 2), np.float32), *points]),
    }


def _seen(left: Left) -> Cast:
    """The named people, as they were followed."""
    found, start = Cast(), 0
    for index, count in enumerate(left.arrays["counts"].tolist()):
        tracks = left.arrays["tracks"][start : start + count]
        found.frames.append(Placed(tracks, left.arrays["points"][start : start + count]))
        for track in tracks.tolist():
            found.spans[track] = found.spans.get(track, (index, index))[0], index
        start += count
    return found


def _draw(work: Work[SwapOptions]) -> FileData:
    """Draw the meshes of the named people in a range of frames."""
    left = unpacked(work.before(SEEN)[0])
    places, within = left.arrays["places"], work.range
    begin = Range(max(0, within.first - WARM), within.last) if not within.is_empty else within
    frames = numbered(work.frames(begin), places)
    finder = mesh_finder(models.installed(FACE_MESH))
    since = int(np.searchsorted(places, within.first))
    with drawn(frames, _seen(left), dict(left.facts["people"]), finder, since) as made:
        return packed(work.scratch, {}, {"rows": made.rows()}, made.binary)


def _write(work: Work[SwapOptions]) -> FileData:
    """Write a range of frames with the new faces."""
    left, options, done = unpacked(work.before(SEEN)[0]), work.options, Done()
    people, faces = dict(left.facts["people"]), new_faces(work.source, options)
    with Drawn() as meshes:
        for file in work.before(DRAWN):
            _attach(meshes, unpacked(file))
        swap_moving.settle(meshes, people, faces, options.wanted)
        made = changed(
            numbered(work.frames(work.range), left.arrays["places"]),
            meshes,
            people,
            dict(enumerate(faces)),
            done,
            visible_label=options.visible_label,
        )
        return write(work, made, lambda: _told(done))


def _attach(meshes: Drawn, left: Left) -> None:
    try:
        meshes.attach(left.arrays["rows"], left.inside)
    except (KeyError, ValueError) as error:
        raise PipelineError("A part of the job left a file that cannot be read.") from error


def _told(done: Done) -> dict[str, Any]:
    return {
        "frames": list(done.frames.items()),
        "warnings": [[person, dict(counts)] for person, counts in done.warnings.items()],
    }


def _together(told: Iterable[dict[str, Any]]) -> Done:
    """What became of each person in all ranges."""
    done = Done()
    for one in told:
        done.frames.update(dict(one["frames"]))
        for person, counts in one["warnings"]:
            done.warnings.setdefault(person, Counter()).update(counts)
    return done


def _join(work: Work[SwapOptions]) -> Outcome:
    watch = Stopwatch()
    left = unpacked(work.before(SEEN)[0]).facts
    made, told = join(work, work.before(WRITTEN))
    watch.lap("join")
    report = swap_moving.described(
        work.source,
        work.options,
        [Named(**one) for one in left["named"]],
        left["faces"],
        _together(told),
        [*made.notes, *left["notes"]],
    )
    return Outcome(None, made.media_type, report, watch.milliseconds(), made.file)


STAGES = (_search, _draw, _write, _join)
