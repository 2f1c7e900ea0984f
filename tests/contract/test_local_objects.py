"""Properties of the local object store beyond the port's contract."""

from __future__ import annotations

import os
import stat
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.errors import Conflict, SignatureInvalid, Unavailable
from expunge.stores.disposition import attachment
from expunge.stores.local.files import UNFINISHED
from expunge.stores.local.objects import FileObjects
from expunge.stores.local.secret import load_secret

KEY = "uploads/photo.png"


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True, strict_parsing=True))


@pytest.fixture
def signed(local_objects) -> dict[str, str]:
    request = local_objects.presign_put(KEY, content_type="image/png", length=5, expires_in=60)
    assert urlsplit(request.url)[:3] == ("", "", f"/objects/{KEY}")
    return query_of(request.url)


def put(objects, key=KEY, query=None, content_type="image/png", length=5) -> None:
    objects.authorize_put(key, query, content_type=content_type, length=length)


class TestSignedPut:
    def test_what_was_signed_is_authorised_until_its_end(self, local_objects, signed, clock):
        put(local_objects, query=signed)
        clock.advance(59.9)
        put(local_objects, query=signed)
        clock.advance(0.1)
        with pytest.raises(SignatureInvalid, match="expired"):
            put(local_objects, query=signed)

    @pytest.mark.parametrize(
        "declared",
        [
            {"length": 4},
            {"length": 6},
            {"length": None},
            {"content_type": "image/jpeg"},
            {"content_type": "image/png; charset=x"},
            {"content_type": None},
        ],
    )
    def test_other_headers_are_refused(self, local_objects, signed, declared):
        with pytest.raises(SignatureInvalid, match="another Content-"):
            put(local_objects, query=signed, **declared)

    def test_another_key_is_refused(self, local_objects, signed):
        for key in ("uploads/photo.pn", "uploads/photo.png2", "other", "uploads/../photo.png"):
            with pytest.raises(SignatureInvalid, match="changed"):
                put(local_objects, key=key, query=signed)

    @pytest.mark.parametrize("name", ["expires", "length", "type", "signature"])
    @pytest.mark.parametrize("value", ["", "0", "6", "9" * 20, "image/jpeg", "\ud800é", "x" * 64])
    def test_no_field_can_be_changed(self, local_objects, signed, name, value):
        declared = {"length": 6} if (name, value) == ("length", "6") else {}
        with pytest.raises(SignatureInvalid, match="changed"):
            put(local_objects, query=signed | {name: value}, **declared)

    @pytest.mark.parametrize("name", ["expires", "length", "type", "signature"])
    def test_no_field_can_be_left_out(self, local_objects, signed, name):
        with pytest.raises(SignatureInvalid, match=r"changed|not signed"):
            put(local_objects, query={k: v for k, v in signed.items() if k != name})

    def test_no_field_can_be_added(self, local_objects, signed):
        with pytest.raises(SignatureInvalid, match="changed"):
            put(local_objects, query=signed | {"filename": "x"})

    def test_one_method_is_not_another(self, local_objects, signed):
        with pytest.raises(SignatureInvalid, match="not signed for a GET"):
            local_objects.authorize_get(KEY, signed)
        with pytest.raises(SignatureInvalid, match="not signed for a PUT"):
            put(local_objects, query=query_of(local_objects.presign_get(KEY, expires_in=60)))

    def test_another_secret_signs_otherwise(self, tmp_path, signed, clock):
        other = FileObjects(tmp_path / "objects", secret=bytes(32), clock=clock)
        with pytest.raises(SignatureInvalid):
            put(other, query=signed)

    def test_no_message_tells_the_signature(self, local_objects, signed):
        with pytest.raises(SignatureInvalid) as refused:
            put(local_objects, query=signed | {"length": "6"})
        assert signed["signature"] not in refused.value.detail

    def test_a_second_upload_is_refused(self, local_objects):
        local_objects.create(KEY, b"first", "image/png")
        with pytest.raises(Conflict, match="already"):
            local_objects.create(KEY, b"other", "image/png")
        assert local_objects.get(KEY) == b"first"


class TestSignedGet:
    def test_what_was_signed_is_authorised_until_its_end(self, local_objects, clock):
        query = query_of(local_objects.presign_get(KEY, expires_in=60))
        assert local_objects.authorize_get(KEY, query) is None
        clock.advance(60)
        with pytest.raises(SignatureInvalid, match="expired"):
            local_objects.authorize_get(KEY, query)

    @pytest.mark.parametrize("filename", ["photo.png", 'a&b="c"? ü/€\n', ""])
    def test_the_name_to_save_under_is_signed_too(self, local_objects, filename):
        query = query_of(local_objects.presign_get(KEY, expires_in=60, filename=filename))
        assert local_objects.authorize_get(KEY, query) == filename
        for changed in ({**query, "filename": "x.exe"}, {**query, "expires": "9" * 11}):
            with pytest.raises(SignatureInvalid):
                local_objects.authorize_get(KEY, changed)
        del query["filename"]
        with pytest.raises(SignatureInvalid):
            local_objects.authorize_get(KEY, query)

    @settings(
        max_examples=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(st.dictionaries(st.sampled_from(["expires", "signature", "filename"]), st.text()))
    def test_no_made_up_query_is_authorised(self, local_objects, query):
        with pytest.raises(SignatureInvalid):
            local_objects.authorize_get(KEY, query)


class TestDisposition:
    @pytest.mark.parametrize(
        ("filename", "value"),
        [
            ("photo.png", 'attachment; filename="photo.png"'),
            ("../../etc/passwd", 'attachment; filename="_.._etc_passwd"'),
            ('a"b\\c\r\nd;e%41.png', 'attachment; filename="a_b_c__d_e_41.png"'),
            ("", 'attachment; filename="download"'),
            ("é.png", "attachment; filename=\"_.png\"; filename*=UTF-8''%C3%A9.png"),
            ("x" * 500, f'attachment; filename="{"x" * 150}"'),
        ],
    )
    def test_a_name_is_safe_in_a_header(self, filename, value):
        assert attachment(filename) == value

    @given(st.text())
    def test_any_name_makes_one_ascii_line(self, filename):
        value = attachment(filename)
        assert value.isascii()
        assert value.isprintable()
        assert value.count('"') == 2


class TestSecret:
    def test_it_is_kept_and_only_its_owner_reads_it(self, tmp_path):
        path = tmp_path / "data" / "secret"
        secret = load_secret(path)
        assert len(secret) == 32
        assert load_secret(path) == secret
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert list(path.parent.iterdir()) == [path]

    def test_processes_that_start_at_once_agree(self, tmp_path, start):
        script = (
            "import sys; from pathlib import Path;"
            "from expunge.stores.local.secret import load_secret;"
            "print(load_secret(Path(sys.argv[1])).hex())"
        )
        processes = [start(script, tmp_path / "secret") for _ in range(6)]
        (secret,) = {process.communicate(timeout=60)[0] for process in processes}
        assert len(secret.strip()) == 64

    def test_a_file_that_holds_something_else_is_refused(self, tmp_path):
        (tmp_path / "secret").write_bytes(b"short")
        with pytest.raises(ValueError, match="32 bytes"):
            load_secret(tmp_path / "secret")


class TestSweep:
    def test_objects_go_at_the_age_of_their_longest_prefix(self, local_objects, clock):
        for key in ("uploads/a", "uploads/keep/a", "results/a", "other"):
            local_objects.put(key, b"x", content_type="image/png")
        ages = {"uploads/": 10, "uploads/keep/": 100, "results/": 20}
        clock.advance(10)
        assert local_objects.sweep(ages) == 0
        clock.advance(1)
        assert local_objects.sweep(ages) == 1
        assert local_objects.get("uploads/a") is None
        clock.advance(10)
        assert local_objects.sweep(ages) == 1
        assert local_objects.get("results/a") is None
        assert local_objects.get("uploads/keep/a") == b"x"
        clock.advance(10**6)
        assert local_objects.sweep(ages) == 1
        assert local_objects.get("other") == b"x"

    def test_replacing_an_object_makes_it_young(self, local_objects, clock):
        local_objects.put("a", b"x", content_type="image/png")
        clock.advance(9)
        local_objects.put("a", b"y", content_type="image/png")
        clock.advance(9)
        assert local_objects.sweep({"": 10}) == 0

    def test_leftovers_of_interrupted_writes_go_after_an_hour(self, local_objects, clock, tmp_path):
        local_objects.put("a", b"x", content_type="image/png")
        (stored,) = (tmp_path / "objects").glob("*/*")
        leftover = stored.with_name(f"{stored.name}.0123{UNFINISHED}")
        leftover.write_bytes(b"half")
        os.utime(leftover, (clock.now, clock.now))
        clock.advance(3_600)
        assert local_objects.sweep({}) == 0
        clock.advance(1)
        assert local_objects.sweep({}) == 1
        assert not leftover.exists()
        assert local_objects.get("a") == b"x"


@pytest.mark.parametrize("kept", [0, 10, 60])
def test_an_object_that_a_loss_of_power_cut_short_is_absent(local_objects, clock, tmp_path, kept):
    local_objects.put("a", b"x" * 100, content_type="image/png")
    (stored,) = (tmp_path / "objects").glob("*/*")
    stored.write_bytes(stored.read_bytes()[:kept])
    os.utime(stored, (clock.now, clock.now))
    assert local_objects.get("a") is None
    assert local_objects.head("a") is None
    clock.advance(3_601)
    assert local_objects.sweep({"": 10**6}) == 1
    local_objects.create("a", b"again", "image/png")
    assert local_objects.get("a") == b"again"


WRITER = """
import sys
from pathlib import Path
from expunge.stores.local.objects import FileObjects

objects = FileObjects(Path(sys.argv[1]), secret=bytes(32))
while True:
    for letter in (b"a", b"b"):
        objects.put("one", letter * 3_000_000, content_type="image/" + letter.decode())
        print(flush=True)
"""


def test_a_killed_writer_leaves_a_whole_object(tmp_path, start):
    process = start(WRITER, tmp_path)
    for _ in range(10):
        process.stdout.readline()
    process.kill()
    process.communicate()
    objects = FileObjects(tmp_path, secret=bytes(32))
    data = objects.get("one")
    assert data in (b"a" * 3_000_000, b"b" * 3_000_000)
    assert objects.head("one").content_type == f"image/{chr(data[0])}"


def test_a_failed_write_leaves_nothing(local_objects, tmp_path):
    local_objects.put("a", b"old", content_type="image/png")
    with pytest.raises(TypeError):
        local_objects.put("a", "text", content_type="image/png")
    assert local_objects.get("a") == b"old"
    assert len(list((tmp_path / "objects").glob("*/*"))) == 1


def test_a_disk_that_cannot_be_written_is_unavailable(tmp_path):
    objects = FileObjects(tmp_path, secret=bytes(32))
    for number in range(256):
        (tmp_path / f"{number:02x}").write_bytes(b"in the way")
    with pytest.raises(Unavailable):
        objects.put("a", b"x", content_type="image/png")
