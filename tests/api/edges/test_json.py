"""JSON is limited before any route parses it."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from expunge.errors import InvalidRequest, PayloadTooLarge
from expunge.web import json_limits
from tests.api.edges.conftest import JOBS, JSON, UPLOADS, code
from tests.hangs import no_hang

if TYPE_CHECKING:
    from starlette.testclient import TestClient


class TestJson:
    @pytest.mark.parametrize(
        "path",
        [
            JOBS,
            UPLOADS,
            "/api/v1/auth/links",
            "/api/v1/keys",
            "/api/v1/admin/auth/login",
            "/api/v1/billing/webhook",
        ],
    )
    def test_no_route_reads_json_past_its_limits(self, client: TestClient, path: str) -> None:
        for body, status in (
            (b'{"a":' * 40 + b"1" + b"}" * 40, 400),
            (b"[" * 1_000_000, 400),
            (json.dumps({f"k{n}": 1 for n in range(20_000)}).encode(), 400),
            (b'{"options": {"keep": [%s]}}' % b",".join([b'"zz"'] * 20_000), 400),
            (b'{"a": "%s"}' % (b"a" * 3_000_000), 413),
            (b'{"a": %s}' % (b"1" * 5_000), 400),
            (b'{"a": "\0"}', 400),
            (rb'{"a": "\ud83d"}', 400),
            (rb'{"\ude00": 1}', 400),
            (b'{"a": "\xed\xa0\xbd"}', 400),
        ):
            answer = client.post(path, content=body, headers=JSON)

            assert answer.status_code == status, body[:40]
            assert len(answer.content) < 2_000

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-(10**30), 10**30)
            | st.text()
            | st.floats(allow_nan=False, allow_infinity=False),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        ),
        st.sampled_from([None, 1, "\t"]),
        st.booleans(),
    )
    def test_whatever_is_within_them_comes_out_as_it_went_in(
        self, value: object, indent: object, ascii_only: bool
    ) -> None:
        text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)

        if not any("\ud800" <= c <= "\udfff" for c in text):
            assert json_limits.parse(text) == json.loads(text)
            assert json_limits.parse(text.encode()) == json.loads(text)

    @settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.binary(max_size=200) | st.text('[]{}",:\\ 1ax\n').map(str.encode))
    def test_what_is_no_json_is_refused_and_never_a_crash(self, data: bytes) -> None:
        try:
            found = json_limits.parse(data)
        except InvalidRequest:
            return
        assert found == json.loads(data)

    @pytest.mark.parametrize(
        "unit", [b"[", b"]", b"{", b",", b":", b'"', b"\\", b" ", b"1", b"a ", b'"a",', b"\n\t"]
    )
    def test_the_check_takes_time_in_proportion_to_the_bytes(self, unit: bytes) -> None:
        with no_hang(), suppress(InvalidRequest, PayloadTooLarge):
            json_limits.check(unit * (json_limits.MAX_BYTES // len(unit)))

    def test_the_options_of_a_form_are_limited_too(self, client: TestClient, photo: bytes) -> None:
        for options in ("[" * 60_000, '{"a":' * 40 + "1" + "}" * 40, '{"a": NaN}'):
            answer = client.post(
                JOBS, files={"image": ("a", photo)}, data={"mode": "metadata", "options": options}
            )
            assert code(answer) == (422, "validation_error")
