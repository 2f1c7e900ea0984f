"""Replace faces in a moving picture.

It is read three times: once to see whose face is where, once for the meshes of the faces that are
replaced, and once to be written. Memory depends on the size of a frame, not on their number: the
search holds up to 192 MB of frames, and meshes wait in a temporary file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from expunge import models
from expunge.errors import FieldError, ModelMissing, ValidationFailed
from expunge.imaging import moving
from expunge.imaging.codecs.picture import Picture
from expunge.imaging.faces.choices import DESCRIPTOR, FACE_MESH
from expunge.imaging.faces.descriptor import loaded, tells
from expunge.imaging.faces.faces import Faces
from expunge.imaging.faces.finding import find
from expunge.imaging.faces.mesh.mesh import loaded as mesh_finder
from expunge.imaging.faces.plans import Plan
from expunge.imaging.faces.recognition import comparable
from expunge.imaging.progress import stretch
from expunge.imaging.stopwatch import Stopwatch
from expunge.imaging.swap.cast import cast
from expunge.imaging.swap.drawn import drawn
from expunge.imaging.swap.moving import Done, Part, changed
from expunge.imaging.swap.pose import yaw
from expunge.imaging.swap.refusal import TURNED, FaceUnusable, Reason
from expunge.operations import faces
from expunge.operations.options.faces import FacesOptions
from expunge.operations.outcome import Outcome
from expunge.operations.people import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from expunge.imaging.faces.faces import Floats
    from expunge.imaging.moving import Frame
    from expunge.imaging.progress import Progress
    from expunge.imaging.source import Source
    from expunge.imaging.swap.cast import Cast, Describe
    from expunge.imaging.swap.drawn import Drawn
    from expunge.operations.options.swap import SwapOptions, Wanted

LOOKED, DRAWN = 0.2, 0.4
"""Shares of the work that are done after the first and the second reading."""
CONTINUED = 0.25
"""Confidence from which a detection continues a track; `faces` needs more to name a face."""
OFTEN = 0.2
"""Share of a person's frames from which a warning is told."""


def run(source: Source, options: SwapOptions, parts: Sequence[Part], progress: Progress) -> Outcome:
    """Replace faces in every frame in which they can be seen.

    Parameters
    ----------
    parts
        The new faces, in the order of ``options.wanted``.

    Raises
    ------
    expunge.errors.ModelMissing
        If a network is not installed.
    expunge.errors.ValidationFailed
        If a face is not there, or cannot be replaced in any frame.
    expunge.errors.ExpungeError
        As `expunge.imaging.moving.frames` and `rewritten`.
    """
    watch = Stopwatch()
    total = moving.facts(source).seconds
    describe = describer(source)
    seen = look(
        moving.told(moving.frames(source), stretch(progress, 0, LOOKED), total), options, describe
    )
    watch.lap("search")
    named = named_faces(seen, options.wanted)
    people = seen.people([one.track for one in named], limits())
    finder = mesh_finder(models.installed(FACE_MESH))
    frames = moving.told(moving.frames(source), stretch(progress, LOOKED, DRAWN), total)
    with drawn(frames, seen, people, finder) as meshes:
        watch.lap("mesh")
        settle(meshes, people, parts, options.wanted)
        done = Done()
        made = moving.rewritten(
            source,
            changed(
                moving.frames(source),
                meshes,
                people,
                dict(enumerate(parts)),
                done,
                visible_label=options.visible_label,
            ),
            moving.Coding(**options.coding),
            stretch(progress, DRAWN, 1),
        )
    watch.lap("swap")
    progress(1)
    notes = [*made.notes, *notes_on(describe)]
    report = described(source, options, named, [part.told for part in parts], done, notes)
    return Outcome(made.data, made.media_type, report, watch.milliseconds(), made.file)


def look(frames: Iterable[Frame], options: SwapOptions, describe: Describe | None) -> Cast:
    """Follow everybody through a moving picture."""
    numbering = FacesOptions()
    network = faces.detector(numbering)

    def search(
        plan: Plan, confidence: float, *, doubting: bool
    ) -> Callable[[NDArray[np.uint8]], Faces]:
        def found(pixels: NDArray[np.uint8]) -> Faces:
            return find(
                pixels,
                network,
                plan,
                confidence=confidence,
                nms_threshold=numbering.nms_threshold,
                watch=Stopwatch(),
                doubting=doubting,
            ).faces

        return found

    return cast(
        frames,
        search(Plan.FAST, CONTINUED, doubting=False),
        times=[one.time for one in options.wanted],
        number=search(numbering.plan, numbering.threshold, doubting=True),
        describe=describe,
    )


def notes_on(describe: Describe | None) -> list[str]:
    """What a result lacks where the network that tells people apart is missing."""
    missing = "a person is followed within one shot only: «face-descriptor» is missing"
    return [missing] if describe is None else []


@dataclass(frozen=True, slots=True)
class Named:
    """A face that is to be replaced."""

    index: int
    box: list[float]
    track: int
    count: int
    """Faces at its time."""


def named_faces(seen: Cast, wanted: Sequence[Wanted]) -> list[Named]:
    """Find the tracks of those who are named.

    Raises
    ------
    expunge.errors.ValidationFailed
        For each face that is not there or was not followed, and for a person who is named twice.
    """
    found: list[Named | FieldError] = [_one(seen, one) for one in wanted]
    tracks = Counter(one.track for one in found if isinstance(one, Named))
    errors = [one for one in found if isinstance(one, FieldError)]
    errors += [
        FieldError(asked.pointer, "is a person who is named twice; name each person once")
        for asked, one in zip(wanted, found, strict=True)
        if isinstance(one, Named) and tracks[one.track] > 1
    ]
    if errors:
        raise ValidationFailed(*errors)
    return [one for one in found if isinstance(one, Named)]


def _one(seen: Cast, one: Wanted) -> Named | FieldError:
    moment = seen.moments.get(one.time)
    if moment is None or one.time > seen.seconds + 1:
        return FieldError(one.time_pointer, f"is after the end, at {seen.seconds:,.2f} seconds")
    count, index = len(moment.faces), one.index
    when = f"at {one.time:,.2f} seconds"
    if index is None:
        index = _largest(moment.faces)
        if index is None:
            return FieldError(one.pointer, f"no face was found {when}; name another time")
    if index >= count:
        return FieldError(one.pointer, f"is not there {when}; {count} faces were found, from 0")
    track = moment.tracks[index]
    if track is None:
        return FieldError(one.pointer, f"cannot be followed from its place {when}")
    return Named(index, moment.faces.boxes[index].tolist(), track, count)


def _largest(found: Faces) -> int | None:
    return int(found.sizes.prod(axis=1).argmax()) if len(found) else None


def settle(
    meshes: Drawn, people: dict[int, int], parts: Sequence[Part], wanted: Sequence[Wanted]
) -> None:
    """Choose the frames in which each person's face is replaced.

    Raises
    ------
    expunge.imaging.swap.refusal.FaceUnusable
        For a person who is in no frame of a track.
    """
    frames: Counter[int] = Counter()
    for track, person in people.items():
        own = yaw(parts[person].source.level.points)
        frames[person] += meshes.settle(track, own - TURNED, own + TURNED)
    for person, one in enumerate(wanted):
        if not frames[person]:
            detail = "cannot be replaced in any frame: it is in profile, hidden, or too blurred"
            raise FaceUnusable(Reason.NOT_SEEN, detail, one.pointer)


def describer(source: Source) -> Describe | None:
    """What makes descriptors; ``None`` where its network is not installed."""
    try:
        network = loaded(models.installed(DESCRIPTOR))
    except ModelMissing:
        return None

    def describe(pixels: NDArray[np.uint8], landmarks: Floats) -> Floats | None:
        low, high = landmarks.min(axis=0), landmarks.max(axis=0)
        box = np.concatenate((low - (high - low) / 2, high + (high - low) / 2))
        face = Faces(box[None], np.ones(1, np.float32), landmarks[None])
        picture = Picture(source, pixels, None, 8)
        if not comparable(face, [0]) or not tells(picture, landmarks):
            return None
        return network.describe(picture, landmarks)

    return describe


def described(
    source: Source,
    options: SwapOptions,
    named: Sequence[Named],
    told: Sequence[dict[str, Any]],
    done: Done,
    notes: list[str],
) -> dict[str, Any]:
    facts = moving.facts(source)
    return {
        "format": source.media_type,
        "width": facts.width,
        "height": facts.height,
        "count": named[0].count,
        "swapped": [
            {
                "face_index": one.index,
                "box": dict(
                    zip(("x1", "y1", "x2", "y2"), (round(side, 2) for side in one.box), strict=True)
                ),
                "source": asked.source,
                "warnings": _warnings(done, person),
                "frames": done.frames[person],
                **told[person],
            }
            for person, (one, asked) in enumerate(zip(named, options.wanted, strict=True))
        ],
        "regions": [],
        "notes": notes,
        "consent": options.consent,
        "visible_label": options.visible_label,
        "exact": False,
        "changed": True,
    }


def _warnings(done: Done, person: int) -> list[str]:
    counts = done.warnings.get(person, Counter())
    return sorted(name for name, count in counts.items() if count >= OFTEN * done.frames[person])
