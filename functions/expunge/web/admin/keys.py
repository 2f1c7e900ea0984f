"""Admin surface: API keys of the operator's own account."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Response

from expunge.accounts.account import OPERATOR, ApiKey
from expunge.accounts.usage import KeyUsage
from expunge.errors import NotFound
from expunge.service import Service
from expunge.web import problems
from expunge.web.admin.auth import ADMIN_PROBLEMS, AdminDep
from expunge.web.admin.schemas import (
    ApiKeyChange,
    ApiKeyCreate,
    ApiKeyCreatedResponse,
    ApiKeyPage,
    ApiKeyResponse,
    PageNumber,
    PerPage,
    api_key_view,
    paginated,
)
from expunge.web.dependencies import ServiceDep

router = APIRouter(prefix="/api/v1/admin/api-keys", tags=["admin"])

KeyId = Annotated[
    str,
    Path(max_length=64, description="The key's id.", examples=["key_01KAYZ8D3M6QW0F8R5T2V4X6Y8"]),
]
_PROBLEMS = problems.responses("validation_error", *ADMIN_PROBLEMS)
_ONE = _PROBLEMS | problems.responses("not_found")


@router.post(
    "",
    operation_id="createApiKey",
    summary="Create an API key",
    status_code=201,
    responses=_PROBLEMS | problems.responses("invalid_request", "conflict"),
)
def create_key(
    body: ApiKeyCreate, response: Response, service: ServiceDep, _: AdminDep
) -> ApiKeyCreatedResponse:
    """Returns the full key, only this once. It works on every route, as a pro account's key."""
    operator = service.accounts.operators()
    key, secret = service.accounts.create_key(operator.id, body.name)
    where = f"/api/v1/admin/api-keys/{key.id}"
    response.headers.update({"cache-control": "no-store", "location": where})
    return ApiKeyCreatedResponse(**dict(api_key_view(key, KeyUsage(0, None))), key=secret)


@router.get(
    "",
    operation_id="listApiKeys",
    summary="List the API keys, newest first",
    responses=_PROBLEMS,
)
def list_keys(
    response: Response,
    service: ServiceDep,
    _: AdminDep,
    page: PageNumber = 1,
    per_page: PerPage = 20,
) -> ApiKeyPage:
    """A page after the last one is empty."""
    response.headers["cache-control"] = "no-store"
    keys = service.accounts.operators().keys[::-1]
    chosen = keys[(page - 1) * per_page : page * per_page]
    items = [_view(service, key) for key in chosen]
    return ApiKeyPage(**paginated(items, len(keys), page, per_page))


@router.get("/{key_id}", operation_id="getApiKey", summary="Get an API key", responses=_ONE)
def get_key(response: Response, service: ServiceDep, _: AdminDep, key_id: KeyId) -> ApiKeyResponse:
    """Returns the key's details, never the key itself."""
    response.headers["cache-control"] = "no-store"
    key = service.accounts.operators().key(key_id)
    if key is None:
        raise NotFound("There is no such key.")
    return _view(service, key)


@router.patch(
    "/{key_id}",
    operation_id="changeApiKey",
    summary="Rename, disable or enable an API key",
    responses=_ONE | problems.responses("invalid_request"),
)
def change_key(
    change: ApiKeyChange, service: ServiceDep, _: AdminDep, key_id: KeyId
) -> ApiKeyResponse:
    """A disabled key is refused everywhere within 5 seconds."""
    service.accounts.operators()
    key = service.accounts.edit_key(OPERATOR, key_id, name=change.name, enabled=change.is_active)
    service.credentials.forget(key.digest)
    return _view(service, key)


@router.delete(
    "/{key_id}",
    operation_id="deleteApiKey",
    summary="Delete an API key",
    status_code=204,
    response_class=Response,
    responses=_ONE,
)
def delete_key(service: ServiceDep, _: AdminDep, key_id: KeyId) -> None:
    """The key is refused everywhere within 5 seconds."""
    service.accounts.operators()
    key = service.accounts.delete_key(OPERATOR, key_id)
    service.credentials.forget(key.digest)


def _view(service: Service, key: ApiKey) -> ApiKeyResponse:
    return api_key_view(key, service.usage.of(OPERATOR, key.id))
