"""Traces by OpenTelemetry, if its variables ask for them and the extra ``otel`` is installed.

`start` reads the standard ``OTEL_*`` variables. Until it has turned tracing on, `span` and all
others here do nothing.
"""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from opentelemetry.sdk.trace.export import SpanExporter

log = logging.getLogger(__name__)

SERVER = "server"
TRACE_PARENT = "traceparent"
"""Header, and key of a queue message, that carry the context (W3C Trace Context)."""
_ENDPOINTS = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
_tracer: Any = None


class Span(Protocol):
    """A part of a trace."""

    def set_attribute(self, key: str, value: Any) -> None: ...  # noqa: ANN401

    def update_name(self, name: str) -> None: ...


class _NoSpan:
    def set_attribute(self, key: str, value: Any) -> None:  # noqa: ANN401
        pass

    def update_name(self, name: str) -> None:
        pass


def wanted(environ: Mapping[str, str]) -> str | None:
    """The exporter that the variables choose, ``otlp`` or ``console``; ``None`` for no traces."""
    if environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    default = "otlp" if any(environ.get(name) for name in _ENDPOINTS) else "none"
    exporter = environ.get("OTEL_TRACES_EXPORTER") or default
    return None if exporter == "none" else exporter


def start(environ: Mapping[str, str], version: str) -> None:
    """Turn tracing on, if the variables ask for it; a missing extra is a warning."""
    exporter = wanted(environ)
    if exporter is None:
        return
    if exporter not in ("otlp", "console"):
        log.warning("OTEL_TRACES_EXPORTER has «%s»; known are otlp, console, none", exporter)
        return
    try:
        _install(_exporter(exporter), version)
    except ModuleNotFoundError as error:
        log.warning(
            'traces need the otel extra: pip install "expunge[otel]" (%s is missing)', error.name
        )


def _exporter(name: str) -> SpanExporter:
    if name == "console":
        from opentelemetry.sdk.trace.export import ConsoleSpanExporter

        return ConsoleSpanExporter()
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _install(exporter: SpanExporter, version: str) -> None:
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    use(BatchSpanProcessor(exporter), version)


def use(processor: Any, version: str) -> Callable[[], None]:  # noqa: ANN401
    """Send the spans of this process to a span processor; the result turns tracing off again."""
    from opentelemetry.sdk.resources import (
        SERVICE_NAME,
        SERVICE_VERSION,
        OTELResourceDetector,
        Resource,
    )
    from opentelemetry.sdk.trace import TracerProvider

    global _tracer  # noqa: PLW0603  one for the process, as OpenTelemetry has it
    own = Resource({SERVICE_NAME: "expunge", SERVICE_VERSION: version})
    provider = TracerProvider(resource=own.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(processor)
    _tracer = provider.get_tracer("expunge", version)

    def stop() -> None:
        global _tracer  # noqa: PLW0603
        _tracer = None
        provider.shutdown()

    return stop


def is_on() -> bool:
    """Whether spans are recorded in this process."""
    return _tracer is not None


@contextmanager
def span(
    name: str,
    attributes: Mapping[str, str | int] | None = None,
    *,
    kind: str | None = None,
    parent: str | None = None,
) -> Iterator[Span]:
    """A span around the block. An exception marks it as failed by its class, without its text.

    Parameters
    ----------
    kind
        `SERVER` for a request that came from outside.
    parent
        A ``traceparent`` that the span continues; by default the surrounding span.
    """
    if _tracer is None:
        yield _NoSpan()
        return
    from opentelemetry.trace import SpanKind, Status, StatusCode

    context = _context(parent)
    kinds = SpanKind.SERVER if kind == SERVER else SpanKind.INTERNAL
    with _tracer.start_as_current_span(
        name,
        context=context,
        kind=kinds,
        attributes=dict(attributes or {}),
        record_exception=False,
        set_status_on_exception=False,
    ) as made:
        try:
            yield made
        except BaseException as error:
            made.set_attribute("error.type", type(error).__name__)
            made.set_status(Status(StatusCode.ERROR))
            raise


def _context(parent: str | None) -> Any:  # noqa: ANN401
    if parent is None:
        return None
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    return TraceContextTextMapPropagator().extract({TRACE_PARENT: parent})


def carried() -> dict[str, str]:
    """The context of the current span, for a queue message; empty without one."""
    if _tracer is None:
        return {}
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return {name: carrier[name] for name in (TRACE_PARENT,) if name in carrier}


class Traced:
    """A store whose calls are spans, where they belong to a request or a job.

    Calls outside of any span, such as the sweep's, would each be a trace of its own.
    """

    def __init__(self, port: Any, name: str) -> None:  # noqa: ANN401
        self._port, self._name = port, name

    def __getattr__(self, call: str) -> Any:  # noqa: ANN401
        found = getattr(self._port, call)
        if not callable(found):
            return found

        def traced(*args: Any, **kwargs: Any) -> Any:  # noqa: ANN401
            if not _is_recording():
                return found(*args, **kwargs)
            with span(f"{self._name}.{call}"):
                return found(*args, **kwargs)

        return traced


def _is_recording() -> bool:
    from opentelemetry.trace import get_current_span

    return bool(get_current_span().is_recording())
