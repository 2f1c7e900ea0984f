"""Sign-in through an OpenID provider: authorization code flow with PKCE, state and nonce.

Authlib implements the protocol. The provider's discovery document names the keys and
endpoints.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from expunge.accounts.identities import Flow, Identity, SignInFailed
from expunge.accounts.tokens import new_token
from expunge.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT = 10.0
"""Seconds for each call to the provider."""
CACHE_SECONDS = 3600.0
"""How long the discovery document and the keys are cached."""
LEEWAY = 60
"""Seconds by which the provider's clock may differ from ours."""
_ALGORITHMS = ["RS256", "ES256"]
_REFUSED = "The identity provider did not confirm who you are. Please try again."


class OpenIdProvider:
    """The `IdentityProvider` port for one provider and one registered client.

    Parameters
    ----------
    issuer
        The provider's URL, without ``/.well-known/openid-configuration``.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        *,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._issuer = issuer.rstrip("/")
        self._client_id = client_id
        self._client_secret = client_secret
        self._clock = clock
        self._known: tuple[float, dict[str, Any], KeySet] | None = None

    def begin(self, redirect_uri: str) -> Flow:
        with self._session(redirect_uri) as session:
            about, _ = self._about(session)
            state, nonce, verifier = new_token(), new_token(), new_token()
            url, _ = session.create_authorization_url(
                about["authorization_endpoint"], state=state, nonce=nonce, code_verifier=verifier
            )
        return Flow(str(url), state, nonce, verifier)

    def finish(self, redirect_uri: str, flow: Flow, code: str) -> Identity:
        with self._session(redirect_uri) as session:
            about, keys = self._about(session)
            try:
                answer = session.fetch_token(
                    about["token_endpoint"],
                    code=code,
                    code_verifier=flow.verifier,
                    timeout=TIMEOUT,
                )
                claims = self._claims(answer, about, keys, flow)
            except RequestException as error:
                raise Unavailable("The identity provider does not answer.") from error
            except (AuthlibBaseError, JoseError, KeyError, ValueError) as error:
                raise SignInFailed(_REFUSED) from error
        verified = claims.get("email_verified") is True
        mailbox = str(claims["email"]) if verified and claims.get("email") else None
        return Identity(str(claims["iss"]), str(claims["sub"]), mailbox)

    def _session(self, redirect_uri: str) -> OAuth2Session:
        return OAuth2Session(
            self._client_id,
            self._client_secret,
            scope="openid email",
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
        )

    def _about(self, session: OAuth2Session) -> tuple[dict[str, Any], KeySet]:
        """The discovery document and the keys."""
        if self._known and self._known[0] > self._clock():
            return self._known[1], self._known[2]
        try:
            about = self._read(session, f"{self._issuer}/.well-known/openid-configuration")
            keys = KeySet.import_key_set(self._read(session, about["jwks_uri"]))  # type: ignore[arg-type]
        except (RequestException, KeyError, ValueError, JoseError) as error:
            raise Unavailable("The identity provider does not answer.") from error
        if str(about.get("issuer", "")).rstrip("/") != self._issuer:
            raise Unavailable("The identity provider's configuration names another issuer.")
        self._known = self._clock() + CACHE_SECONDS, about, keys
        return about, keys

    def _read(self, session: OAuth2Session, url: str) -> dict[str, Any]:
        answer = session.request("GET", url, withhold_token=True, timeout=TIMEOUT)
        answer.raise_for_status()
        document: dict[str, Any] = answer.json()
        return document

    def _claims(
        self, answer: dict[str, Any], about: dict[str, Any], keys: KeySet, flow: Flow
    ) -> dict[str, Any]:
        """The ID token's claims, once its signature, issuer, audience and nonce are verified."""
        token = jwt.decode(answer["id_token"], keys, algorithms=_ALGORITHMS)
        claims = CodeIDToken(
            token.claims,
            token.header,
            options={
                "iss": {"essential": True, "value": about["issuer"]},
                "aud": {"essential": True, "value": self._client_id},
            },
            params={
                "client_id": self._client_id,
                "nonce": flow.nonce,
                "access_token": answer.get("access_token"),
            },
        )
        claims.validate(int(self._clock()), LEEWAY)
        return dict(claims)
