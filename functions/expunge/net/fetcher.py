"""GET and POST to user-supplied URLs, with limits on time and bytes."""

from __future__ import annotations

import ssl
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import httpx2

from expunge.errors import LoopDetected, SourceUnreachable
from expunge.net.bodies import body_of
from expunge.net.deadline import Deadline
from expunge.net.failures import retry_after, uniform_failures
from expunge.net.guard import Guard
from expunge.net.origins import LOOP_HEADERS, origin, origin_of
from expunge.net.ports import HTTPS, WEB, Caching, Fetched, Response, Spool, never
from expunge.net.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from expunge.net.origins import Origin
    from expunge.net.own_network import AllowList

MAX_REDIRECTS = 3
MAX_URL = 8_192
MAX_RECEIPT = 1_024
"""Bytes that are read of a response to a POST."""
AGENT = "expunge"
NEEDS_A_KEY = " URLs on this server's own network need an API key."
"""Added for callers who may not reach private targets, where the operator has opened any."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to open a connection, to wait for the next bytes, and for the whole exchange."""

    connect: float = 5.0
    read: float = 5.0
    total: float = 10.0


READING = Timeouts()
SENDING = Timeouts(connect=5.0, read=5.0, total=5.0)


class Fetcher:
    """The `Fetch` and `Sender` ports.

    Parameters
    ----------
    guard
        Decides which connections are allowed.
    allowed
        Private targets that are open to some callers.
    tls
        Verifies server certificates; by default against the system's trust store.
    reading, sending
        Timeouts of a GET and of a POST.
    own
        Base URLs of this service; a GET refuses them.
    version
        Of the service, for the User-Agent.
    agent
        The User-Agent; by default name, version and the first of ``own``, for contact.
    referer
        The Referer of a GET, for sources that ask for one.
    """

    def __init__(
        self,
        guard: Guard | None = None,
        *,
        allowed: AllowList | None = None,
        tls: ssl.SSLContext | None = None,
        reading: Timeouts = READING,
        sending: Timeouts = SENDING,
        own: Iterable[str] = (),
        version: str = "",
        agent: str | None = None,
        referer: str | None = None,
    ) -> None:
        self._guard = guard or Guard()
        self._private_guard = self._guard.opening(allowed) if allowed else self._guard
        self._given_tls = tls
        self._reading = reading
        self._sending = sending
        urls = tuple(own)
        self._own = frozenset(map(origin_of, urls))
        self._contact = next(iter(urls), None)
        self._name = f"{AGENT}/{version}" if version else AGENT
        self._given_agent = agent
        self._referer = referer

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Created on first use, since reading the system's certificates is slow."""
        return self._given_tls or ssl.create_default_context()

    def check(self, url: str, *, schemes: Collection[str] = HTTPS, private: bool = False) -> None:
        """See `ports.Fetch.check`."""
        hint = self._hint(private=private)
        with uniform_failures(hint):
            self._target(url, schemes, self._guard_of(private=private), hint)

    def check_receiver(
        self, url: str, *, schemes: Collection[str] = HTTPS, private: bool = False
    ) -> None:
        """See `ports.Fetch.check_receiver`."""
        guard, hint = self._guard_of(private=private), self._hint(private=private)
        with uniform_failures(hint):
            target = self._target(url, schemes, guard, hint)
            host = target.raw_host.decode("ascii")
            guard.addresses(host, _port(target), self._sending.connect)

    def get(
        self,
        url: str,
        *,
        limit: int,
        schemes: Collection[str] = HTTPS,
        known: str | None = None,
        own: str = "",
        private: bool = False,
        abandoned: Callable[[], bool] = never,
        spool: Spool | None = None,
    ) -> Fetched | None:
        """See `ports.Fetch.get`. At most three redirects, each checked like the first URL.

        A public source cannot redirect to a private one.
        """
        accepted = "image/*" if spool is None else "image/*, video/*, audio/*"
        headers = {"accept": accepted, "accept-encoding": "identity", **LOOP_HEADERS}
        not_sources = self._own | {origin_of(own)} if own else self._own
        headers |= {"user-agent": self._agent(own)}
        if self._referer is not None:
            headers["referer"] = self._referer
        if known is not None:
            headers["if-none-match"] = known
        deadline = Deadline(self._reading.total, abandoned)
        transport = Transport(self._guard_of(private=private), self._tls, deadline, schemes)
        backend, hint = transport.backend, self._hint(private=private)
        with uniform_failures(hint), _client(transport, self._reading) as client:
            target = self._source(url, schemes, backend.guard, not_sources, hint)
            for _ in range(MAX_REDIRECTS + 1):
                with client.stream("GET", target, headers=headers) as answer:
                    if answer.status_code == 304 and known is not None:
                        return None
                    if not answer.has_redirect_location:
                        data, file = body_of(answer, limit, spool, deadline)
                        caching = _caching(answer) if backend.went_public else Caching.OWN_NETWORK
                        return Fetched(data, answer.headers.get("etag"), caching, file)
                    if backend.went_public:
                        backend.guard = self._guard
                    further = target.join(answer.headers["location"])
                    target = self._source(further, schemes, backend.guard, not_sources, hint)
        raise SourceUnreachable(f"The source redirects more than {MAX_REDIRECTS} times.")

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, private: bool = False
    ) -> Response:
        """See `ports.Sender.post`. At most 1 kB of the response is read."""
        deadline = Deadline(self._sending.total)
        transport = Transport(self._guard_of(private=private), self._tls, deadline, WEB)
        with uniform_failures(), _client(transport, self._sending) as client:
            target = self._target(url, WEB, transport.backend.guard)
            own = {"accept-encoding": "identity", "user-agent": self._agent()}
            all_headers = own | dict(headers)
            with client.stream("POST", target, content=body, headers=all_headers) as answer:
                wait = retry_after(answer.headers.get("retry-after"))
                return Response(answer.status_code, _beginning(answer), wait)

    def _guard_of(self, *, private: bool) -> Guard:
        return self._private_guard if private else self._guard

    def _hint(self, *, private: bool) -> str:
        return NEEDS_A_KEY if self._private_guard.allowed and not private else ""

    def _source(
        self,
        url: str | httpx2.URL,
        schemes: Collection[str],
        guard: Guard,
        not_sources: Collection[Origin],
        hint: str,
    ) -> httpx2.URL:
        """Check a source URL, which must not be this service itself."""
        target = self._target(url, schemes, guard, hint)
        if origin(target.host, _port(target)) in not_sources:
            raise LoopDetected(
                "The source is this service itself. Use the URL of the original image."
            )
        return target

    def _target(
        self, url: str | httpx2.URL, schemes: Collection[str], guard: Guard, hint: str = ""
    ) -> httpx2.URL:
        """Parse with the HTTP client's own parser, so that guard and client see the same host."""
        if isinstance(url, str) and (len(url) > MAX_URL or "\\" in url or url != url.strip()):
            raise SourceUnreachable("This is not a valid URL.")
        target = httpx2.URL(url)
        host = target.raw_host.decode("ascii").removesuffix(".")
        opened = target.scheme in WEB and guard.opens_plainly(host, _port(target))
        if target.scheme not in schemes and not opened:
            words = " or ".join(f"{scheme}://" for scheme in schemes)
            raise SourceUnreachable(f"The URL must start with {words}.{hint}")
        if target.userinfo:
            raise SourceUnreachable("The URL must not contain a user name or password.")
        guard.check(host, _port(target))
        return target.copy_with(host=host, fragment=None)

    def _agent(self, own: str = "") -> str:
        """The User-Agent, with a URL of this service where a source can ask.

        Without a public URL, that is the one that the caller used, if it is over TLS: names of a
        private network stay there.
        """
        contact = self._contact or (own if own.startswith("https:") else None)
        return self._given_agent or (f"{self._name} (+{contact})" if contact else self._name)


@contextmanager
def _client(transport: Transport, timeouts: Timeouts) -> Iterator[httpx2.Client]:
    timeout = httpx2.Timeout(timeouts.read, connect=timeouts.connect)
    with httpx2.Client(transport=transport, timeout=timeout, trust_env=False) as client:
        yield client


def _port(url: httpx2.URL) -> int:
    return _DEFAULT_PORTS[url.scheme] if url.port is None else url.port


def _caching(answer: httpx2.Response) -> Caching:
    directives = [
        word.partition("=")[0].strip().lower()
        for word in answer.headers.get("cache-control", "").split(",")
    ]
    strictest = (Caching.NONE, Caching.PRIVATE)
    return next((each for each in strictest if each in directives), Caching.PUBLIC)


def _beginning(answer: httpx2.Response) -> bytes:
    beginning = b""
    for piece in answer.iter_raw(MAX_RECEIPT):
        beginning += piece
        if len(beginning) >= MAX_RECEIPT:
            break
    return beginning[:MAX_RECEIPT]
