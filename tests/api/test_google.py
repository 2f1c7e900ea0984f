"""Sign-in through a real OpenID provider on loopback, and through one that lies."""

from __future__ import annotations

import time
import warnings
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest

from expunge.bootstrap import build
from expunge.settings import Settings
from tests.api.accounts.people import ask, browser, mailed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from starlette.testclient import TestClient

    from expunge.service import Service

pytest.importorskip("authlib")
pytestmark = [  # of the provider's own, in its thread
    pytest.mark.filterwarnings("ignore:authlib.jose"),
    pytest.mark.filterwarnings("ignore:get_jwt_config"),
]

BEGIN = "/api/v1/auth/google"


@pytest.fixture(scope="module")
def provider() -> Iterator[str]:
    """A provider's address. It knows jane, whose mailbox it has verified, and bob, whose not."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        mock = pytest.importorskip("oidc_provider_mock")
        jane = {"email": "jane@example.org", "email_verified": True}
        bob = {"email": "jane@example.org", "email_verified": False}
        users = [mock.User(sub="jane", claims=jane), mock.User(sub="bob", claims=bob)]
        with mock.run_server_in_thread(require_nonce=True, user_claims=users) as server:
            yield f"http://localhost:{server.server_port}"


@pytest.fixture
def service(tmp_path: Path, provider: str) -> Iterator[Service]:
    settings = Settings(
        data=tmp_path / "data",
        public_url="https://testserver",
        openid_issuer=provider,
        openid_client_id="expunge",
        openid_client_secret="secret",
    )
    service = build(settings)
    yield service
    service.close()


def consent(url: str, sub: str = "jane") -> str:
    """What the provider sends the browser back to, as a path."""
    answer = httpx2.post(url, data={"sub": sub})
    where = urlsplit(answer.headers["location"])
    assert where.netloc == "testserver"
    return f"{where.path}?{where.query}"


def sign_in(client: TestClient, sub: str = "jane") -> str:
    back = consent(client.get(BEGIN).headers["location"], sub)
    answer = client.get(back)
    assert answer.status_code == 303, answer.text
    return back


def test_the_visit_carries_state_nonce_and_a_pkce_challenge(service: Service) -> None:
    query = parse_qs(urlsplit(browser(service).get(BEGIN).headers["location"]).query)

    assert query["response_type"] == ["code"]
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert len(query["state"][0]) >= 32
    assert len(query["nonce"][0]) >= 32
    assert query["redirect_uri"] == ["https://testserver/api/v1/auth/google/callback"]
    assert set(query["scope"][0].split()) == {"openid", "email"}


def test_google_signs_in_and_knows_one_again(service: Service) -> None:
    first, second = browser(service), browser(service)
    sign_in(first)
    sign_in(second)

    me = first.get("/api/v1/me").json()
    assert me["email_verified"] is True
    assert second.get("/api/v1/me").json()["user_id"] == me["user_id"]


def test_a_verified_mailbox_is_the_same_account_by_mail_and_by_google(
    service: Service, tmp_path: Path
) -> None:
    by_google, by_mail = browser(service), browser(service)
    sign_in(by_google)
    ask(by_mail, "jane@example.org")
    by_mail.get(mailed(tmp_path)[-1])

    ids = {client.get("/api/v1/me").json()["user_id"] for client in (by_google, by_mail)}
    assert len(ids) == 1


def test_an_unverified_mailbox_proves_nothing(service: Service) -> None:
    jane, bob = browser(service), browser(service)
    sign_in(jane)
    sign_in(bob, "bob")

    assert bob.get("/api/v1/me").json()["email_verified"] is False
    assert bob.get("/api/v1/me").json()["user_id"] != jane.get("/api/v1/me").json()["user_id"]


def test_an_answer_is_taken_once(service: Service) -> None:
    client = browser(service)
    back = sign_in(client)

    assert client.get(back).json()["code"] == "sign_in_failed"


def test_another_browser_cannot_use_the_answer(service: Service) -> None:
    mine, thief = browser(service), browser(service)
    back = consent(mine.get(BEGIN).headers["location"])
    thief.get(BEGIN)

    assert thief.get(back).status_code == 401
    assert browser(service).get(back).status_code == 401
    assert mine.get(back).status_code == 303


@pytest.mark.parametrize("change", ["state=x", "code=x", "error=access_denied"])
def test_a_forged_answer_is_refused(service: Service, change: str) -> None:
    client = browser(service)
    back = urlsplit(consent(client.get(BEGIN).headers["location"]))
    query = {key: values[0] for key, values in parse_qs(back.query).items()}
    name, _, value = change.partition("=")
    query = {"error": value} if name == "error" else query | {name: value}

    answer = client.get(back.path, params=query)

    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_failed")
    assert client.get("/api/v1/me").status_code == 401


def test_a_provider_that_does_not_answer_is_a_503(tmp_path: Path) -> None:
    service = build(
        Settings(
            data=tmp_path,
            openid_issuer="http://localhost:9",
            openid_client_id="expunge",
            openid_client_secret="secret",
        )
    )

    answer = browser(service).get(BEGIN)

    assert (answer.status_code, answer.json()["retryable"]) == (503, True)
    service.close()


class Liar:
    """A session with a provider whose ID tokens are as the test says."""

    def __init__(self, key: Any, token: str) -> None:
        self.key, self.token = key, token

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def request(self, method: str, url: str, **_: object) -> httpx2.Response:
        about = {"issuer": "https://id.example", "jwks_uri": "/jwks", "token_endpoint": "/token"}
        keys = {"keys": [self.key.as_dict(private=False)]}
        return httpx2.Response(
            200, json=keys if url == "/jwks" else about, request=httpx2.Request("GET", "http://x")
        )

    def fetch_token(self, *_: object, code_verifier: str, **__: object) -> dict[str, str]:
        assert code_verifier == "verifier"
        return {"id_token": self.token, "access_token": "a"}


@pytest.mark.parametrize(
    ("claims", "header", "own_key"),
    [
        ({"aud": "somebody-else"}, {}, True),
        ({"iss": "https://evil.example"}, {}, True),
        ({"exp": 1}, {}, True),
        ({"nonce": "another"}, {}, True),
        ({"nonce": None}, {}, True),
        ({"sub": None}, {}, True),
        ({}, {}, False),
        ({}, {"alg": "none"}, True),
        ({}, {"alg": "HS256"}, True),
    ],
)
def test_an_id_token_that_does_not_hold_is_refused(
    monkeypatch: pytest.MonkeyPatch, claims: dict, header: dict, own_key: bool
) -> None:
    from joserfc import jwt
    from joserfc.jwk import OctKey, RSAKey

    from expunge.accounts.identities import Flow, SignInFailed
    from expunge.partners.openid import OpenIdProvider

    key, other = RSAKey.generate_key(2048), RSAKey.generate_key(2048)
    good = {
        "iss": "https://id.example",
        "aud": "expunge",
        "sub": "jane",
        "nonce": "nonce",
        "iat": int(time.time()),
        "exp": int(time.time()) + 60,
    }
    flow = Flow("", "state", "nonce", "verifier")

    def finish(token: str) -> Any:
        provider = OpenIdProvider("https://id.example", "expunge", "secret")
        monkeypatch.setattr(provider, "_session", lambda _: Liar(key, token))
        return provider.finish("https://testserver/back", flow, "code")

    assert finish(jwt.encode({"alg": "RS256"}, good, key)).subject == "jane"
    bad = {name: value for name, value in (good | claims).items() if value is not None}
    signer: Any = key if own_key else other
    if header.get("alg") == "HS256":
        signer = OctKey.import_key("secret" * 8)
    chosen = {"alg": "RS256"} | header
    token = (
        _unsigned(bad)
        if chosen["alg"] == "none"
        else jwt.encode(chosen, bad, signer, algorithms=[chosen["alg"]])
    )

    with pytest.raises(SignInFailed):
        finish(token)


def _unsigned(claims: dict) -> str:
    import base64
    import json

    parts = ({"alg": "none"}, claims)
    encoded = [base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=") for p in parts]
    return b".".join([*encoded, b""]).decode()
