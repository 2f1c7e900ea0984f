"""Dollars per million jobs, from counts and the table of prices."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PRICES: dict[str, Any] = tomllib.loads(Path(__file__).with_name("prices.toml").read_text())
ASSUMED: dict[str, float] = PRICES["assumed"]
STORE_MS = {service: ASSUMED[f"{service}_ms"] for service in ("dynamodb", "s3", "sqs")}


@dataclass(frozen=True)
class Count:
    """What one job takes."""

    write_units: int
    read_units: int
    calls: dict[str, int]
    """By service and operation, as ``s3.PutObject``."""
    cpu_ms: float
    """Of the operation and of all that admits and ends the job."""
    bytes: int = 0
    """Of the request's body."""
    functions: int = 1
    """Calls of a Lambda function: two for a queued job."""

    def of(self, prefix: str) -> int:
        """Calls whose name starts so."""
        return sum(count for name, count in self.calls.items() if name.startswith(prefix))

    @property
    def lambda_ms(self) -> float:
        """Milliseconds that Lambda bills: its CPU, and what it waits for stores."""
        waited = sum(self.of(f"{service}.") * ms for service, ms in STORE_MS.items())
        return self.functions * ASSUMED["request_ms"] + self.cpu_ms + waited

    def usage(self) -> dict[str, float]:
        """Amounts by the names of the price table."""
        steps = max(1, -(-self.bytes // int(ASSUMED["gateway_step_bytes"])))
        return {
            "dynamodb_write_units": self.write_units,
            "dynamodb_read_units": self.read_units,
            "s3_puts": self.of("s3.Put"),
            "s3_gets": self.of("s3.Get") + self.of("s3.Head"),
            "sqs_requests": self.of("sqs."),
            "lambda_requests": self.functions,
            "lambda_gigabyte_seconds": self.lambda_ms / 1e3 * ASSUMED["memory_gb"],
            "gateway_requests": steps,
            "front_requests": 1,
            "log_gigabytes": self.functions * ASSUMED["log_bytes"] / 1e9,
            "traces": ASSUMED["traced_share"] * self.functions,
        }

    def dollars(self) -> float:
        """Dollars for a million such jobs."""
        return sum(amount * PRICES[name]["per_million"] for name, amount in self.usage().items())
