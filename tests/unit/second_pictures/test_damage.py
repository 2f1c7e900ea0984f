"""Damage leaves nothing behind that a second strip would take."""

from hypothesis import given, settings
from hypothesis import strategies as st

from expunge.errors import ExpungeError, RewriteUnproven
from tests.samples import seconds
from tests.samples.seconds import Second
from tests.unit.second_pictures.reading import GAIN_MAP, PORTRAIT
from tests.unit.test_heif import stripped


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_leaves_nothing_behind_that_a_second_strip_would_take(data):
    portrait = [Second(name, PORTRAIT[name]) for name in ("Original", "GainMap", "Depth")]
    file = bytearray(
        data.draw(
            st.sampled_from(
                [
                    seconds.photo_with(*portrait, exif=seconds.exif_with(seconds.apple_note())),
                    seconds.photo_with(*portrait, form="elements", mpf=True),
                    seconds.auxiliary(GAIN_MAP, seconds.APPLE_GAIN_MAP).written(),
                    seconds.spatial().written(),
                ]
            )
        )
    )
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(file) - 1))
        length = data.draw(st.integers(0, 30))
        file[at : at + length] = data.draw(st.binary(max_size=8))
    try:
        stripped(bytes(file))
    except ExpungeError as error:
        assert not isinstance(error, RewriteUnproven)  # noqa: PT017 (which one it is)
