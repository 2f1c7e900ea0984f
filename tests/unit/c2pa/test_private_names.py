"""Assertions of any label are private if a field in them is named like something private."""

from __future__ import annotations

import pytest
from tests.unit.c2pa.builder import CREATED, Recipe, store

from expunge.imaging.provenance.c2pa import read

LABEL = "com.example.camera"


def tells(name: str) -> bool:
    """Whether a deep field of this name makes an assertion private."""
    parts = {"c2pa.actions.v2": {"actions": [CREATED]}, LABEL: {"a": [{name: "x"}]}}
    found = read(store(Recipe(assertions=parts).build()), verify=False)
    return LABEL in found.active.telling


@pytest.mark.parametrize(
    "name",
    [
        "exif:GPSLatitude", "lat", "geo.lng", "geoLocation", "imei", "device_id", "serialNumber",
        "photoshop:City", "Iptc4xmpExt:CountryName", "homeAddress", "dateTimeOriginal",
        "captureDate", "PersonInImage",
    ],
)  # fmt: skip
def test_a_place_a_device_a_time_or_a_person_tells(name):
    assert tells(name)


@pytest.mark.parametrize(
    "name", ["platform", "translation", "long", "flat", "geometry", "capacity"]
)
def test_other_names_do_not(name):
    assert not tells(name)
