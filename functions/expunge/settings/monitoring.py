"""Logs and metrics."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from expunge.settings.environment import variable
from expunge.settings.topic import Topic


class MonitoringSettings(Topic):
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level of log messages that are written."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto",
        description="Format of log lines. `json`: one object a line, with the request's id. "
        "`auto`: text on a terminal, JSON elsewhere.",
    )
    metrics: bool = Field(
        False,
        description="Whether `/metrics` answers Prometheus, to loopback and private addresses. Not "
        "allowed with `aws`, where CloudWatch has the metrics. See "
        "[monitoring.md](../how-to/monitoring.md).",
    )
    metrics_token: Annotated[str, StringConstraints(min_length=16)] | None = Field(
        None,
        repr=False,
        description="Bearer token for `/metrics`, at least 16 characters. If set, every scraper "
        "needs it, and may have any address.",
    )

    @model_validator(mode="after")
    def _token_has_metrics(self) -> Self:
        if self.metrics_token is not None and not self.metrics:
            raise ValueError(f"{variable('metrics_token')} also needs {variable('metrics')}=true")
        return self
