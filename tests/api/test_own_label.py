"""The label of a face swap stays on every surface that returns a picture."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from expunge.embedded.messages import handle
from expunge.imaging.provenance.own_label import OwnLabel, carried, labelled
from expunge.imaging.source import Source
from tests.api.conftest import work_off

if TYPE_CHECKING:
    from collections.abc import Callable

    from httpx import Response
    from starlette.testclient import TestClient

    from expunge.service import Service

    Ask = Callable[[TestClient, Service, bytes], bytes]

LABEL = OwnLabel.of("swap", "1.2.3", 1_700_000_000)
REGION = '{"regions":[{"x":1,"y":1,"width":40,"height":30}]}'


@pytest.fixture(scope="module")
def swap() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").convert("RGB").save(file, "JPEG", quality=95)
    return labelled(Source.of(file.getvalue()), LABEL)


def good(answer: Response) -> Response:
    assert answer.status_code < 300, answer.text
    return answer


def cleaned(query: str) -> Ask:
    def ask(client: TestClient, _: Service, data: bytes) -> bytes:
        headers = {"content-type": "application/octet-stream"}
        return good(client.post(f"/api/v1/clean?{query}", content=data, headers=headers)).content

    return ask


def job(mode: str, options: str = "{}") -> Ask:
    def ask(client: TestClient, service: Service, data: bytes) -> bytes:
        given = {"mode": mode, "options": options}
        made = good(client.post("/api/v1/jobs", files={"image": data}, data=given)).json()
        work_off(service)
        ended = client.get(f"/api/v1/jobs/{made['id']}").json()
        return good(client.get(ended["result_url"])).content

    return ask


def batch(client: TestClient, service: Service, data: bytes) -> bytes:
    given = {"mode": "metadata", "zip": "true"}
    made = good(client.post("/api/v1/batches", files={"image": data}, data=given)).json()
    while (delivery := service.inbox.receive(60)) is not None:
        handle(service, service.inbox, delivery)
    ended = client.get(f"/api/v1/batches/{made['id']}").json()
    with zipfile.ZipFile(io.BytesIO(good(client.get(ended["zip_url"])).content)) as archive:
        return archive.read(archive.namelist()[0])


ROUTES: dict[str, Ask] = {
    "batch": batch,
    "clean, private": cleaned("mode=metadata&scope=private"),
    "clean, visible": cleaned("mode=visible"),
    "job, metadata": job("metadata"),
    "job, visible as PNG": job("visible", '{"format":"png"}'),
    "job, mask": job("mask", REGION),
    "job, all": job("all"),
}


@pytest.mark.parametrize("route", ROUTES)
def test_every_route_returns_the_label(
    route: str, client: TestClient, service: Service, swap: bytes
) -> None:
    assert carried(Source.of(ROUTES[route](client, service, swap))) == LABEL
