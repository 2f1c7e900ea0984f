"""Response schemas of the service's health, its configuration, and the files of a browser tab."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

import expunge
from expunge.imaging.provenance.choices import Scope
from expunge.operations import MODES


class HealthView(BaseModel):
    """The health of the service."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "status": "ok",
                    "version": expunge.__version__,
                    "modes": list(MODES),
                    "stores": {"records": True, "objects": True},
                    "model": "centerface",
                    "model_loaded": True,
                    "input_size": [1280, 1280],
                    "supports_landmarks": True,
                    "database_enabled": True,
                    "database_ready": True,
                    "storage_enabled": True,
                    "storage_ready": True,
                }
            ]
        }
    )

    status: Literal["ok", "unavailable"]
    version: str
    modes: list[str]
    stores: dict[str, bool]
    model: str = Field(description="The default face detector.")
    model_loaded: bool = Field(description="Whether the detector's weights are installed.")
    input_size: tuple[int, int] = Field(
        description="Size in pixels that the finest pass of the plan `balanced` fits an image into."
    )
    supports_landmarks: bool
    database_enabled: bool
    database_ready: bool
    storage_enabled: bool = Field(description="Whether the faces surface stores images.")
    storage_ready: bool


class TabFile(BaseModel):
    """A file that a browser tab loads."""

    url: str
    bytes: int
    """Its size when it is unpacked."""


class TabTask(BaseModel):
    """What a browser tab needs for one task."""

    files: dict[str, TabFile]
    reason: str | None
    """Why this server cannot send them; ``None`` if it can."""


class TabFiles(BaseModel):
    """What a browser tab needs for the tasks that it can do itself."""

    metadata: TabTask
    faces: TabTask


class SignInView(BaseModel):
    """The ways to sign in that this server offers."""

    email: bool
    google: bool


class BillingView(BaseModel):
    """What this server sells."""

    pro: bool
    top_up: bool


class PricesView(BaseModel):
    """Credits on this server."""

    on: bool = Field(description="Whether anything costs credits.")
    starter: float = Field(description="Credits of a new account.")
    task: float = Field(description="Credits for a task.")


class TasksView(BaseModel):
    """What tasks do."""

    enabled: bool
    method: str
    plan: str


class ConfigView(BaseModel):
    """What the operator has configured, for pages."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "version": expunge.__version__,
                    "modes": list(MODES),
                    "scopes": list(Scope),
                    "purpose_required": False,
                    "max_file_bytes": 10_485_760,
                    "sign_in": {"email": True, "google": False},
                    "billing": {"pro": False, "top_up": True},
                    "credits": {"on": True, "starter": 5, "task": 0.5},
                    "tasks": {"enabled": True, "method": "gaussian", "plan": "balanced"},
                }
            ]
        }
    )

    version: str
    modes: list[str]
    scopes: list[str] = Field(description="The enabled scopes of `metadata`.")
    purpose_required: bool = Field(description="Whether a job needs a `purpose`.")
    max_file_bytes: int
    sign_in: SignInView
    billing: BillingView
    credits: PricesView
    tasks: TasksView


class ReceiptKey(BaseModel):
    """A public key, as a JWK."""

    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str = Field(description="The public key in base64url.")
    alg: Literal["Ed25519"]
    use: Literal["sig"]
    kid: str = Field(description="The id that receipts name: the key's SHA-256 thumbprint.")


class ReceiptKeysView(BaseModel):
    """A JWK set."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "keys": [
                        {
                            "kty": "OKP",
                            "crv": "Ed25519",
                            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
                            "alg": "Ed25519",
                            "use": "sig",
                            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
                        }
                    ]
                }
            ]
        }
    )

    keys: list[ReceiptKey]
