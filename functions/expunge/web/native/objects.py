"""The local object store's signed URLs; on AWS, S3 answers these itself."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from expunge.errors import NotFound, SignatureInvalid
from expunge.service import SignedObjects
from expunge.stores.disposition import attachment
from expunge.web.middleware.request_limits import declared_length

ObjectKey = Annotated[str, Path(max_length=512)]


def router(objects: SignedObjects) -> APIRouter:
    """The PUT and GET routes of one object store."""
    routes = APIRouter(prefix="/objects", include_in_schema=False)

    @routes.put("/{key:path}")
    async def put_object(request: Request, key: ObjectKey) -> Response:
        """Store the body, if it is exactly as signed."""
        length = declared_length(request.scope)
        media_type = request.headers.get("content-type")
        if request.headers.get("if-none-match") != "*":
            raise SignatureInvalid("The PUT must carry the header If-None-Match: *.")
        authorize = partial(objects.authorize_put, content_type=media_type, length=length)
        await run_in_threadpool(authorize, key, request.query_params)
        data = await request.body()
        if len(data) != length or media_type is None:
            raise SignatureInvalid("The body's length differs from its Content-Length.")
        await run_in_threadpool(objects.create, key, data, media_type)
        return Response(status_code=200)

    @routes.api_route("/{key:path}", methods=["GET", "HEAD"])
    def get_object(request: Request, key: ObjectKey) -> Response:
        """Return the object under the signed file name."""
        filename = objects.authorize_get(key, request.query_params)
        facts, data = objects.head(key), objects.get(key)
        if facts is None or data is None:
            raise NotFound("The object has expired.")
        headers = {"cache-control": "no-store", "access-control-allow-origin": "*"}
        if filename:
            headers["content-disposition"] = attachment(filename)
        return Response(data, media_type=facts.content_type, headers=headers)

    return routes
