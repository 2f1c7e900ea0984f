"""Accounts: API keys."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse

from expunge.accounts.usage import KeyUsage
from expunge.web import problems
from expunge.web.account.schemas import (
    KeyChange,
    KeyCreate,
    KeysView,
    KeyView,
    NewKeyView,
    key_view,
)
from expunge.web.caller.who import CALLER_PROBLEMS, OwnerDep
from expunge.web.dependencies import ServiceDep

router = APIRouter(prefix="/api/v1/keys", tags=["account"])

FIRST = "first key"
"""The name of a key that a page creates."""
KeyId = Annotated[
    str,
    Path(max_length=64, description="The key's id.", examples=["key_01KAYZ8D3M6QW0F8R5T2V4X6Y8"]),
]
_PROBLEMS = problems.responses(
    "invalid_request",
    "not_found",
    "validation_error",
    "service_unavailable",
    "forbidden",
    *CALLER_PROBLEMS,
)

_EXISTING: dict[int | str, dict[str, Any]] = {
    200: {"model": KeyView, "description": "The account has a key already."}
}


@router.post(
    "",
    operation_id="createKey",
    summary="Create an API key",
    status_code=201,
    responses=_PROBLEMS | problems.responses("conflict"),
)
def create_key(
    body: KeyCreate, response: Response, service: ServiceDep, caller: OwnerDep
) -> NewKeyView:
    """Returns the full key, only this once. The service stores only a digest of it."""
    key, secret = service.accounts.create_key(caller.subject, body.name or "")
    response.headers.update({"cache-control": "no-store", "location": f"/api/v1/keys/{key.id}"})
    return NewKeyView(**key_view(key, KeyUsage(0, None)).model_dump(), key=secret)


@router.post(
    "/first",
    operation_id="createFirstKey",
    summary="Create an API key if the account has none",
    status_code=201,
    response_model=NewKeyView,
    responses=_EXISTING | _PROBLEMS,
)
def create_first_key(response: Response, service: ServiceDep, caller: OwnerDep) -> Any:  # noqa: ANN401
    """For pages that need a key. The first request creates it and returns it in full, only this
    once. Later ones return 200 and the details of the newest key.
    """
    key, secret = service.accounts.first_key(caller.subject, FIRST)
    response.headers.update({"cache-control": "no-store", "location": f"/api/v1/keys/{key.id}"})
    if secret is None:
        view = key_view(key, service.usage.of(caller.subject, key.id))
        return JSONResponse(view.model_dump(mode="json"), headers=dict(response.headers))
    return NewKeyView(**key_view(key, KeyUsage(0, None)).model_dump(), key=secret)


@router.get("", operation_id="listKeys", summary="List your API keys", responses=_PROBLEMS)
def list_keys(service: ServiceDep, caller: OwnerDep) -> KeysView:
    """Returns the account's keys, oldest first."""
    account = service.accounts.get(caller.subject)
    return KeysView(
        keys=[key_view(key, service.usage.of(account.id, key.id)) for key in account.keys]
    )


@router.patch(
    "/{key_id}",
    operation_id="changeKey",
    summary="Rename, disable or enable an API key",
    responses=_PROBLEMS,
)
def change_key(change: KeyChange, service: ServiceDep, caller: OwnerDep, key_id: KeyId) -> KeyView:
    """A disabled key is refused everywhere within 5 seconds."""
    key = service.accounts.edit_key(
        caller.subject, key_id, name=change.name, enabled=change.enabled
    )
    service.credentials.forget(key.digest)
    return key_view(key, service.usage.of(caller.subject, key.id))


@router.delete(
    "/{key_id}",
    operation_id="deleteKey",
    summary="Delete an API key",
    status_code=204,
    responses=_PROBLEMS,
)
def delete_key(service: ServiceDep, caller: OwnerDep, key_id: KeyId) -> None:
    """The key is refused everywhere within 5 seconds."""
    key = service.accounts.delete_key(caller.subject, key_id)
    service.credentials.forget(key.digest)
