"""A wrong signing key is told when the service starts, and by the doctor."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from expunge.bootstrap import build
from expunge.cli import main
from expunge.imaging.provenance.signing.identity import CERTIFICATE, KEY
from expunge.settings import Settings, SettingsInvalid
from tests.unit.c2pa import authority as ca

pytest.importorskip("c2pa", reason="the c2pa extra is not installed")


def pem(entity):
    return (entity.pem + ca.intermediate().pem).decode()


@pytest.fixture(scope="module")
def signer():
    return ca.intermediate().issue("Operator", organisation="Example Newsroom")


def settings(tmp_path, certificate, key):
    return Settings.from_env(
        {"EXPUNGE_DATA": str(tmp_path / "data"), CERTIFICATE: certificate, KEY: key}
    )


def test_a_missing_key_file_stops_the_start_and_is_named(tmp_path, signer):
    given = settings(tmp_path, pem(signer), str(tmp_path / "gone.pem"))
    with pytest.raises(SettingsInvalid, match=r"EXPUNGE_C2PA_KEY: .*gone\.pem: No such file"):
        build(given)
    assert not (tmp_path / "data").exists()


def test_a_key_of_another_certificate_stops_the_start(tmp_path, signer):
    other = ca.intermediate().issue("Another")
    with pytest.raises(SettingsInvalid, match="not that of the first certificate"):
        build(settings(tmp_path, pem(signer), other.key_pem.decode()))


def test_one_setting_needs_the_other(tmp_path, signer):
    for given, absent in ((CERTIFICATE, KEY), (KEY, CERTIFICATE)):
        with pytest.raises(SettingsInvalid, match=f"{given} also needs {absent}"):
            Settings.from_env({given: signer.key_pem.decode()})


def test_a_key_that_fits_starts_the_service_and_stays_out_of_sight(tmp_path, signer):
    given = settings(tmp_path, pem(signer), signer.key_pem.decode())
    build(given).close()
    assert "PRIVATE" not in repr(given)


@pytest.mark.parametrize(
    ("make", "told", "status"),
    [
        (lambda: ca.intermediate().issue("Good"), "✓ C2PA signing by Example Imaging", ""),
        (
            lambda: ca.intermediate().issue("Old", valid=(-9, -2)),
            "The certificate expired on",
            "✗ C2PA signing",
        ),
        (lambda: ca.self_signed(authority=True), "does not allow", "✗ C2PA signing"),
    ],
)
def test_the_doctor_tells_whether_signing_works(make, told, status, monkeypatch, tmp_path):
    made = make()
    monkeypatch.setenv("EXPUNGE_DATA", str(tmp_path))
    monkeypatch.setenv(CERTIFICATE, made.pem.decode())
    monkeypatch.setenv(KEY, made.key_pem.decode())
    output = CliRunner().invoke(main, ["doctor"]).output
    assert told in output
    assert status in output
