"""Every setting of the operator, validated at once, read from ``EXPUNGE_*`` variables.

The service does not start with a wrong, missing or misspelt setting, and names it. No other code
reads these variables. One module a topic has its settings and their rules; rules between topics
are below.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from pydantic import ValidationError, model_validator

from expunge.settings.addresses import OWN_PATHS, AddressSettings
from expunge.settings.aws import AwsSettings
from expunge.settings.callers import CallerSettings
from expunge.settings.environment import (
    PREFIX,
    RENAMED,
    SettingsInvalid,
    renamed,
    sentence,
    values,
    variable,
)
from expunge.settings.faces import FacesSettings
from expunge.settings.intake import IntakeSettings
from expunge.settings.jobs import JobSettings
from expunge.settings.modes import ModeSettings
from expunge.settings.monitoring import MonitoringSettings
from expunge.settings.network import NetworkSettings
from expunge.settings.notices import NoticeSettings
from expunge.settings.partners import PartnerSettings
from expunge.settings.prices import PriceSettings
from expunge.settings.signing import SigningSettings
from expunge.settings.storage import StorageSettings
from expunge.settings.swap_terms import SwapTermsSettings

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["OWN_PATHS", "PREFIX", "RENAMED", "Settings", "SettingsInvalid", "renamed"]

_AWS_NEEDS = ("table", "bucket", "queue_url", "delivery_queue_url")
_LOCAL_ONLY = {
    "fetch_allow": "a stack on AWS is public, and the private network of a function is its "
    "runtime's",
    "metrics": "on AWS, CloudWatch has the metrics",
    "max_file_mb": "on AWS the limit is fixed at 10,485,760 bytes",
}
"""Settings that mean nothing with ``EXPUNGE_STORE=aws``, and why."""
_TOGETHER = {
    "c2pa_cert": ("c2pa_key",),
    "c2pa_key": ("c2pa_cert",),
    "c2pa_tsa": ("c2pa_cert",),
    "openid_client_id": ("openid_client_secret",),
    "stripe_key": ("stripe_webhook_secret",),
    "stripe_price": ("stripe_key",),
    "stripe_packs": ("stripe_key",),
    "large_queue_url": ("large_function_mb",),
    "large_function_mb": ("large_queue_url",),
}
"""Settings that require others."""


# Pydantic lists the fields of the last class first: read upwards, it is the order of settings.md.
class Settings(
    IntakeSettings,
    AwsSettings,
    NoticeSettings,
    SigningSettings,
    JobSettings,
    PartnerSettings,
    NetworkSettings,
    PriceSettings,
    SwapTermsSettings,
    FacesSettings,
    CallerSettings,
    MonitoringSettings,
    ModeSettings,
    AddressSettings,
    StorageSettings,
):
    """All settings of the operator. Each field is the variable ``EXPUNGE_<NAME>``."""

    @model_validator(mode="after")
    def _store_fits(self) -> Self:
        if self.store != "aws":
            return self
        if missing := [name for name in _AWS_NEEDS if getattr(self, name) is None]:
            names = ", ".join(map(variable, missing))
            raise ValueError(f"{variable('store')}=aws also needs {names}")
        for name, reason in _LOCAL_ONLY.items():
            if getattr(self, name):
                raise ValueError(
                    f"{variable(name)} needs {variable('store')}=local: {reason}; leave it unset"
                )
        return self

    @model_validator(mode="after")
    def _companions_are_set(self) -> Self:
        for name, others in _TOGETHER.items():
            missing = [other for other in others if getattr(self, other) is None]
            if getattr(self, name) is not None and missing:
                names = ", ".join(map(variable, missing))
                raise ValueError(f"{variable(name)} also needs {names}")
        return self

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read every ``EXPUNGE_*`` variable; an empty one counts as not set.

        Raises
        ------
        SettingsInvalid
            Naming each variable that is unknown or holds a wrong value.
        """
        try:
            return cls.model_validate(values(environ))
        except ValidationError as error:
            raise SettingsInvalid("\n".join(map(sentence, error.errors()))) from None
