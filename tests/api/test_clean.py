"""``GET /clean``: an address in, a picture out, as pages that embed it see it."""

from __future__ import annotations

import hashlib
import io
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from click.testing import CliRunner
from PIL import Image
from pydantic import BaseModel, ConfigDict
from starlette.testclient import TestClient

import expunge
from expunge import operations
from expunge.bootstrap import build
from expunge.clean.cleaner import Cleaner
from expunge.clean.signature import sign
from expunge.cli import main
from expunge.errors import PipelineError
from expunge.imaging.source import Source
from expunge.net.fetcher import Fetcher
from expunge.net.guard import Guard
from expunge.operations import Group, Mode, metadata
from expunge.operations.outcome import Outcome
from expunge.settings import Settings
from tests.api.conftest import client_at, work_off
from tests.websites.authority import authority
from tests.websites.site import Asked, Site, says

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from httpx2 import Response

    from expunge.service import Service

CLEAN = "/api/v1/clean"


@pytest.fixture
def site(photo: bytes) -> Iterator[Site]:
    pages = {
        "/photo.jpg": says(photo, etag='"v1"'),
        "/twin.jpg": says(photo),
        "/page.html": says(b"<!doctype html><p>Please sign in"),
        "/large.jpg": says(photo, length=10_485_761),
        "/broken.jpg": says(photo[:200]),
    }
    with Site(pages) as site:
        yield site


def built(site: Site, data: Path, **settings: object) -> Service:
    guard = Guard(lambda *_: ["127.0.0.1"], also_public=[site.endpoint])
    fetcher = Fetcher(guard, tls=authority().trust)
    return build(Settings(data=data, **settings), fetcher=fetcher)


@pytest.fixture
def service(tmp_path: Path, site: Site) -> Iterator[Service]:
    service = built(site, tmp_path / "data")
    yield service
    service.close()


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """When the operation ran; a run takes a while, so that others come meanwhile."""
    times: list[float] = []
    real = metadata.run

    def run(source: Source, options: metadata.Options) -> Outcome:
        times.append(time.monotonic())
        time.sleep(0.2)
        return real(source, options)

    monkeypatch.setattr(metadata, "run", run)
    return times


def ask(client: TestClient, site: Site, path: str = "/photo.jpg", **more: object) -> Response:
    headers = more.pop("headers", {})
    method = str(more.pop("method", "GET"))
    params = {"image": site.url(path), "mode": "metadata"} | more
    return client.request(method, CLEAN, params=params, headers=headers, follow_redirects=False)


def refused(answer: Response, status: int, code: str) -> str:
    """A picture that says what is wrong; its ``detail`` is not to be had, so its help page."""
    assert (answer.status_code, answer.headers["x-error-type"]) == (status, code)
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["link"] == f'<http://testserver/problems/{code}>; rel="help"'
    assert "etag" not in answer.headers
    return answer.headers["link"]


# ── The picture ──────────────────────────────────────────────────────────────


def test_an_address_becomes_a_clean_picture(client: TestClient, site: Site, photo: bytes) -> None:
    answer = ask(client, site)

    clean = expunge.run("metadata", photo).image
    assert answer.status_code == 200
    assert answer.content == clean
    assert answer.headers["content-type"] == "image/jpeg"
    assert answer.headers["content-length"] == str(len(clean))
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert answer.headers["etag"].startswith('"')
    assert "vary" not in answer.headers
    assert "content-disposition" not in answer.headers


def test_the_tag_is_of_the_bytes(client: TestClient, site: Site) -> None:
    first, twin = ask(client, site), ask(client, site, "/twin.jpg")

    assert first.headers["etag"] == twin.headers["etag"]
    assert first.content == twin.content


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_picture_is_told_so_without_a_second_run(
    client: TestClient, site: Site, runs: list[float], form: str
) -> None:
    etag = ask(client, site).headers["etag"]
    answer = ask(client, site, headers={"if-none-match": form.format(etag)})

    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == etag
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert len(runs) == site.hits("/photo.jpg") == 1


def test_another_tag_gets_the_picture(client: TestClient, site: Site) -> None:
    assert ask(client, site, headers={"if-none-match": '"other"'}).status_code == 200


def test_head_says_what_get_would(client: TestClient, site: Site) -> None:
    head, get = ask(client, site, method="HEAD"), ask(client, site)

    assert (head.status_code, head.content) == (200, b"")
    for name in ("content-length", "content-type", "etag", "cache-control"):
        assert head.headers[name] == get.headers[name]
    head = ask(client, site, "/none.jpg", method="HEAD")
    assert (head.status_code, head.headers["x-error-type"]) == (400, "source_unreachable")


@pytest.mark.parametrize(
    ("asked", "saved"),
    [("holiday.png", "holiday.jpg"), ("../../etc/passwd", "passwd.jpg"), ("", "picture.jpg")],
)
def test_a_picture_is_saved_on_demand(
    client: TestClient, site: Site, asked: str, saved: str
) -> None:
    answer = ask(client, site, download=asked)

    assert answer.headers["content-disposition"] == f'attachment; filename="{saved}"'


def test_options_of_the_mode_are_parameters(client: TestClient, site: Site) -> None:
    plain = ask(client, site)
    kept = ask(client, site, keep="exif,comments")
    twice = client.get(
        CLEAN,
        params=[
            ("image", site.url("/photo.jpg")),
            ("mode", "metadata"),
            ("keep", "comments"),
            ("keep", "exif"),
        ],
    )

    assert len(kept.content) > len(plain.content)
    assert twice.content == kept.content


# ── Once ─────────────────────────────────────────────────────────────────────


def test_a_repeated_embed_costs_neither_fetch_nor_run(
    client: TestClient, site: Site, runs: list[float]
) -> None:
    bodies = {ask(client, site).content for _ in range(3)}

    assert len(bodies) == len(runs) == site.hits("/photo.jpg") == 1


def test_many_who_ask_at_once_are_answered_by_one_run(
    client: TestClient, site: Site, runs: list[float]
) -> None:
    client.get("/health")  # the framework builds its routes at the first request

    def one(number: int) -> int:
        elsewhere = TestClient(client.app, client=(f"203.0.113.{number}", 50_000))
        return ask(elsewhere, site).status_code

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(one, range(20))) == {200}
    assert len(runs) == site.hits("/photo.jpg") == 1


def test_the_same_picture_at_two_addresses_is_cleaned_once(
    client: TestClient, site: Site, runs: list[float]
) -> None:
    ask(client, site)
    ask(client, site, "/twin.jpg")

    assert len(runs) == 1


def test_two_processes_share_one_run(site: Site, tmp_path: Path, runs: list[float]) -> None:
    services = [built(site, tmp_path / "data") for _ in range(2)]
    clients = [client_at(service, "203.0.113.5") for service in services]
    for client in clients:
        client.get("/health")
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda client: ask(client, site), clients))
    for service in services:
        service.close()

    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(runs) == 1


def test_a_source_is_looked_at_again_after_a_while(
    client: TestClient, service: Service, site: Site, photo: bytes, runs: list[float]
) -> None:
    def page(asked: Asked) -> Iterator[bytes]:
        same = asked.headers.get("if-none-match") == '"v1"'
        return (says(status="304 Not Modified") if same else says(photo, etag='"v1"'))(asked)

    site.pages["/photo.jpg"] = page
    first = ask(client, site)
    _pass_time(service, 301)
    again = ask(client, site)
    site.pages["/photo.jpg"] = says(b"\xff\xd8" + photo[2:], etag='"v2"')
    within = ask(client, site)

    assert first.content == again.content == within.content
    assert site.hits("/photo.jpg") == 2, "the second look was a conditional request"
    assert len(runs) == 1


def test_a_source_that_changed_is_cleaned_anew(
    client: TestClient, service: Service, site: Site
) -> None:
    ask(client, site)
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(file, "PNG")
    site.pages["/photo.jpg"] = says(file.getvalue())
    _pass_time(service, 301)

    assert ask(client, site).headers["content-type"] == "image/png"


def test_a_result_that_the_store_has_lost_is_made_anew(
    client: TestClient, service: Service, site: Site
) -> None:
    ask(client, site)
    found = service.cleaner.stored(_embed(site))
    service.cleaner._objects.delete(found.object_key)

    refused(ask(client, site), 503, "service_unavailable")
    assert ask(client, site).status_code == 200


def _embed(site: Site):
    from expunge.clean.embed import Embed

    return Embed.of([("image", site.url("/photo.jpg")), ("mode", "metadata")])


def _pass_time(service: Service, seconds: float) -> None:
    cleaner = service.cleaner
    for part in (cleaner, cleaner._results):
        clock = part._clock
        part._clock = lambda clock=clock: clock() + seconds


# ── Heavy modes ──────────────────────────────────────────────────────────────


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")


@pytest.fixture
def heavy(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """A mode that waits in line; what it worked on."""
    worked: list[bytes] = []

    class Heavy:
        Options = Options

        @staticmethod
        def run(source: Source, options: Options) -> Outcome:
            worked.append(source.data)
            if len(source.data) < 10:
                raise PipelineError("It went wrong.")
            return Outcome(source.data, source.media_type, {})

    mode = Mode("heavy", Group.HEAVY, sync=False, summary="")
    monkeypatch.setitem(operations.MODES, "heavy", mode)
    monkeypatch.setattr(Mode, "operation", property(lambda _: Heavy))
    return worked


@pytest.fixture
def heavy_client(heavy: list[bytes], site: Site, tmp_path: Path) -> Iterator[TestClient]:
    service = built(site, tmp_path / "heavy", modes=("heavy",))
    service.cleaner.patience = 1.0
    yield client_at(service, "203.0.113.5")
    service.close()


def test_a_heavy_mode_waits_in_line(heavy_client: TestClient, site: Site, photo: bytes) -> None:
    service = heavy_client.app.state.service
    worker = threading.Timer(0.3, work_off, [service])
    worker.start()
    answer = ask(heavy_client, site, mode="heavy")
    worker.join()

    assert (answer.status_code, answer.content) == (200, photo)


def test_one_that_takes_too_long_goes_on_and_is_there_for_the_next(
    heavy_client: TestClient, heavy: list[bytes], site: Site, photo: bytes
) -> None:
    service = heavy_client.app.state.service
    for _ in range(2):
        refused(ask(heavy_client, site, mode="heavy"), 504, "takes_too_long")
    assert work_off(service) == 1, "the second did not queue another job"
    answer = ask(heavy_client, site, mode="heavy")

    assert (answer.status_code, answer.content) == (200, photo)
    assert len(heavy) == 1


def test_one_that_fails_says_why_and_may_be_tried_again(
    heavy_client: TestClient, heavy: list[bytes], site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = heavy_client.app.state.service

    def fail(*_: object) -> None:
        raise PipelineError("It went wrong.")

    with monkeypatch.context() as patch:
        patch.setattr(Mode("heavy", Group.HEAVY, False, "").operation, "run", fail)
        worker = threading.Timer(0.3, work_off, [service])
        worker.start()
        refused(ask(heavy_client, site, mode="heavy"), 500, "pipeline_error")
        worker.join()
    worker = threading.Timer(0.3, work_off, [service])
    worker.start()
    assert ask(heavy_client, site, mode="heavy").status_code == 200
    worker.join()


# ── What is refused ──────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/none.jpg", 400, "source_unreachable"),
        ("/page.html", 415, "unsupported_media_type"),
        ("/large.jpg", 413, "payload_too_large"),
        ("/broken.jpg", 422, "malformed_image"),
    ],
)
def test_an_address_without_a_picture_shows_one_that_says_so(
    client: TestClient, site: Site, path: str, status: int, code: str
) -> None:
    answer = ask(client, site, path)

    refused(answer, status, code)
    picture = Image.open(io.BytesIO(answer.content))
    assert picture.size == (640, 360)
    assert len(picture.convert("L").getcolors()) > 8, "there is something to read"


@pytest.mark.parametrize(
    ("more", "status", "code"),
    [
        ({"image": ""}, 422, "validation_error"),
        ({"image": "http://pictures.example/a.png"}, 400, "source_unreachable"),
        ({"image": "https://127.0.0.1/a.png"}, 400, "source_unreachable"),
        ({"image": "https://pictures.example:8443/a.png"}, 400, "source_unreachable"),
        ({"image": "\x00"}, 400, "source_unreachable"),
        ({"mode": ""}, 422, "validation_error"),
        ({"mode": "polish"}, 422, "validation_error"),
        ({"mode": "detect"}, 422, "validation_error"),
        ({"mode": "faces"}, 422, "validation_error"),
        ({"mode": "swap"}, 422, "validation_error"),
        ({"keep": "everything"}, 422, "validation_error"),
        ({"format": "webp"}, 422, "validation_error"),
        ({"strength": "2"}, 422, "validation_error"),
        ({"mode": ["metadata", "metadata"]}, 422, "validation_error"),
        ({"headers": {"authorization": "Bearer uk_123"}}, 403, "use_jobs"),
        ({"headers": {"x-api-key": "uk_123"}}, 403, "use_jobs"),
    ],
)
def test_a_request_that_cannot_be_served_shows_a_picture_too(
    client: TestClient, site: Site, more: dict, status: int, code: str
) -> None:
    refused(ask(client, site, **more), status, code)
    assert site.asked == []


def test_nothing_at_all_is_answered_with_a_picture(client: TestClient) -> None:
    refused(client.get(CLEAN), 422, "validation_error")


def test_a_mode_that_is_off_is_not_fetched_for(site: Site, tmp_path: Path) -> None:
    service = built(site, tmp_path / "off", modes=())
    refused(ask(client_at(service, "203.0.113.5"), site), 403, "mode_disabled")
    service.close()

    assert site.asked == []


def test_a_crash_is_a_picture_that_tells_nothing(
    client: TestClient, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(Cleaner, "stored", crash)
    refused(ask(client, site), 500, "internal_error")


def test_an_answer_that_nobody_waits_for_any_more_is_cut_short(
    client: TestClient, service: Service, site: Site, runs: list[float]
) -> None:
    service.cleaner.patience = 0.05
    refused(ask(client, site), 504, "takes_too_long")
    service.cleaner.patience = 5
    assert ask(client, site).status_code == 200
    assert len(runs) == 1


def test_whoever_has_had_enough_is_told_before_anything_is_fetched(
    client: TestClient, service: Service, site: Site
) -> None:
    class Enough(PipelineError):
        code = "service_unavailable"

    def admit(*_: object) -> None:
        raise Enough("No more today.")

    service.cleaner._admit = admit
    refused(ask(client, site), 503, "service_unavailable")
    assert site.asked == []


# ── Formats and sizes ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("image/avif,image/webp,*/*;q=0.8", "image/avif"),
        ("image/webp,*/*", "image/webp"),
        ("image/avif;q=0, image/webp", "image/webp"),
        ("image/*", "image/jpeg"),
        ("*/*", "image/jpeg"),
        ("", "image/jpeg"),
    ],
)
def test_a_browser_gets_what_it_takes_where_the_page_leaves_it_open(
    client: TestClient, site: Site, photo: bytes, accept: str, media_type: str
) -> None:
    asked = ask(client, site, format="auto", headers={"accept": accept})
    plain = ask(client, site, headers={"accept": accept})

    assert asked.headers["content-type"] == media_type
    assert asked.headers["vary"] == "Accept"
    assert plain.headers["content-type"] == "image/jpeg"
    assert "vary" not in plain.headers
    assert len(asked.content) <= len(plain.content)
    picture = Image.open(io.BytesIO(asked.content))
    assert picture.size == Image.open(io.BytesIO(photo)).size
    assert dict(picture.getexif()) == {0x0112: 6}, "the orientation goes along, and nothing else"


def test_a_lossless_picture_stays_lossless(client: TestClient, site: Site) -> None:
    image = Image.linear_gradient("L").convert("RGB")
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=0)
    site.pages["/gradient.png"] = says(file.getvalue())
    accept = {"accept": "image/avif,image/webp"}
    answer = ask(client, site, "/gradient.png", format="auto", headers=accept)

    assert answer.headers["content-type"] == "image/webp"
    assert Image.open(io.BytesIO(answer.content)).convert("RGB").tobytes() == image.tobytes()


def test_a_picture_that_moves_stays_as_it_is(client: TestClient, site: Site) -> None:
    frames = [Image.new("P", (64, 64), n) for n in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "PNG", save_all=True, append_images=frames[1:])
    site.pages["/moving.png"] = says(file.getvalue())
    answer = ask(client, site, "/moving.png", format="auto", headers={"accept": "image/webp"})

    assert answer.headers["content-type"] == "image/png"


def test_a_picture_too_large_for_one_answer_is_fetched_elsewhere(
    client: TestClient, service: Service, site: Site, photo: bytes
) -> None:
    service.cleaner._edge_bytes = 1_000
    answer = ask(client, site, download="holiday")

    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["cache-control"] == "no-store"
    followed = client.get(answer.headers["location"])
    assert followed.content == expunge.run("metadata", photo).image
    assert "holiday.jpg" in followed.headers["content-disposition"]
    assert ask(client, site, method="HEAD").status_code == 302


# ── Signed addresses ─────────────────────────────────────────────────────────

NEW, OLD = "new-secret-0123456789", "old-secret-0123456789"


@pytest.fixture
def signing(site: Site, tmp_path: Path) -> Iterator[Callable[..., Response]]:
    service = built(site, tmp_path / "signed", embed_secrets=f"{NEW},{OLD}", embed_unsigned=False)
    client = client_at(service, "203.0.113.5")

    def signed(secret: str, sent: dict | None = None, **more: object) -> Response:
        query = {"image": site.url("/photo.jpg"), "mode": "metadata"} | more
        query["sig"] = sign(secret, CLEAN, [(n, str(v)) for n, v in query.items()])
        return client.get(CLEAN, params=query | (sent or {}))

    signed.client = client
    yield signed
    service.close()


@pytest.mark.parametrize("secret", [NEW, OLD])
def test_a_signed_address_is_answered_whichever_secret_signed_it(
    signing: Callable[..., Response], secret: str
) -> None:
    assert signing(secret).status_code == 200


def test_caches_keep_a_signed_picture_no_longer_than_its_address_holds(
    signing: Callable[..., Response],
) -> None:
    age = signing(NEW, exp=int(time.time()) + 100).headers["cache-control"]

    assert 90 <= int(age.removeprefix("public, max-age=")) <= 100


@pytest.mark.parametrize(
    ("more", "sent"),
    [
        ({}, {"keep": "exif"}),
        ({}, {"image": "https://other.example/a.png"}),
        ({}, {"sig": ""}),
        ({}, {"sig": "AAAA"}),
        ({}, {"sig": "ü"}),
        ({}, {"exp": "99999999999"}),
        ({"exp": 1_000_000_000}, {}),
        ({"exp": "soon"}, {}),
        ({"exp": "9" * 40}, {}),
    ],
)
def test_an_address_that_was_changed_or_is_over_is_refused(
    signing: Callable[..., Response], site: Site, more: dict, sent: dict
) -> None:
    refused(signing(NEW, sent, **more), 403, "signature_invalid")
    assert site.asked == []


def test_an_unknown_secret_signs_nothing(signing: Callable[..., Response]) -> None:
    refused(signing("another-secret-0123456"), 403, "signature_invalid")


def test_unsigned_addresses_can_be_switched_off(
    signing: Callable[..., Response], site: Site
) -> None:
    refused(ask(signing.client, site), 403, "signature_invalid")


def test_a_wrong_signature_is_refused_where_none_is_needed(client: TestClient, site: Site) -> None:
    refused(ask(client, site, sig="AAAA"), 403, "signature_invalid")


def test_the_tag_tells_pictures_apart(client: TestClient, site: Site) -> None:
    answer = ask(client, site)
    digest = hashlib.sha256(answer.content).hexdigest()

    assert answer.headers["etag"] == f'"{digest[:32]}"'


def test_the_command_line_signs_what_the_service_answers(
    signing: Callable[..., Response], site: Site
) -> None:
    runner = CliRunner(env={"EXPUNGE_EMBED_SECRETS": f"{NEW} {OLD}"})
    url = f"http://testserver{CLEAN}?mode=metadata&image={quote(site.url('/photo.jpg'), safe='')}"

    signed = runner.invoke(main, ["sign", url, "--days", "30"]).output.strip()
    assert signing.client.get(signed).status_code == 200
    assert signing.client.get(signed + "&keep=exif").status_code == 403
    again = runner.invoke(main, ["sign", signed]).output.strip()
    assert signing.client.get(again).status_code == 200


def test_a_signature_is_what_other_languages_make_of_the_documented_rule() -> None:
    """Made once with URLSearchParams and node:crypto."""
    query = [("mode", "metadata"), ("image", "https://a.example/b c*~é.png?x=1&y=(2)")]

    assert (
        sign("new-secret-0123456789", CLEAN, query) == "9DchxVdynOFlMtiQVf_DI0YPlZ6ZGvvNF0pbmpxTFqs"
    )


def test_the_command_line_says_what_it_needs_to_sign() -> None:
    url = f"http://testserver{CLEAN}?mode=metadata"

    assert "EXPUNGE_EMBED_SECRETS is not set" in CliRunner().invoke(main, ["sign", url]).output
    runner = CliRunner(env={"EXPUNGE_EMBED_SECRETS": NEW})
    assert runner.invoke(main, ["sign", "https://expunge.example/"]).exit_code == 2
