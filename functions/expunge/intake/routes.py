"""The route of an intake, from the settings."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from expunge.errors import ExpungeError
from expunge.imaging.limits import LIMITS
from expunge.intake.intake import ReportPlace, Route
from expunge.operations import mode_named
from expunge.settings import SettingsInvalid

if TYPE_CHECKING:
    from expunge.settings import Settings


def route_of(settings: Settings) -> Route:
    """The route that the settings describe.

    Raises
    ------
    SettingsInvalid
        If a bucket is missing, or the results would be cleaned again, or the mode makes no image.
    """
    source, target = settings.intake_source_bucket, settings.intake_target_bucket
    if source is None or target is None:
        raise SettingsInvalid(
            "EXPUNGE_INTAKE_SOURCE_BUCKET and EXPUNGE_INTAKE_TARGET_BUCKET are both needed"
        )
    if source == target and _overlap(settings.intake_source_prefix, settings.intake_target_prefix):
        raise SettingsInvalid(
            "EXPUNGE_INTAKE_TARGET_BUCKET is the source bucket, and one prefix begins with the "
            "other. Results would be cleaned again. Use another bucket, or prefixes such as "
            "in/ and out/."
        )
    mode = mode_named(settings.intake_mode)
    if not mode.gives_image:
        raise SettingsInvalid(f"EXPUNGE_INTAKE_MODE: «{mode.name}» makes no image")
    if mode.companions:
        raise SettingsInvalid(f"EXPUNGE_INTAKE_MODE: «{mode.name}» needs a second image")
    try:
        options = mode.options(json.loads(settings.intake_options))
    except (ExpungeError, ValueError) as error:
        raise SettingsInvalid(f"EXPUNGE_INTAKE_OPTIONS: {error}") from None
    return Route(
        source,
        settings.intake_source_prefix,
        target,
        settings.intake_target_prefix,
        mode,
        options,
        ReportPlace(settings.intake_report),
        LIMITS,
        settings.job_memory_mb << 20,
    )


def _overlap(source: str, target: str) -> bool:
    return source.startswith(target) or target.startswith(source)
