"""The local object store's signed URLs; on AWS, S3 answers these itself."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from expunge.errors import NotFound, SignatureInvalid
from expunge.imaging.data import PIECE
from expunge.imaging.limits import MEBIBYTE
from expunge.service import SignedObjects
from expunge.stores.disposition import attachment
from expunge.web.middleware.request_limits import declared_length

WHOLE = 16 * MEBIBYTE
"""Bytes up to which an object is sent from memory."""
ObjectKey = Annotated[str, Path(max_length=512)]


def router(objects: SignedObjects) -> APIRouter:
    """The PUT and GET routes of one object store."""
    routes = APIRouter(prefix="/objects", include_in_schema=False)

    @routes.put("/{key:path}")
    async def put_object(request: Request, key: ObjectKey) -> Response:
        """Store the body, if it is exactly as signed."""
        length = declared_length(request.scope)
        media_type = request.headers.get("content-type")
        authorize = partial(objects.authorize_put, content_type=media_type, length=length)
        await run_in_threadpool(authorize, key, request.query_params)
        with objects.scratch() as file:
            async for piece in request.stream():
                await run_in_threadpool(file.write, piece)
            if file.tell() != length or media_type is None:
                raise SignatureInvalid("The body's length differs from its Content-Length.")
            await run_in_threadpool(objects.create_file, key, file, media_type)
        return Response(status_code=200)

    @routes.api_route("/{key:path}", methods=["GET", "HEAD"])
    def get_object(request: Request, key: ObjectKey) -> Response:
        """Return the object under the signed file name."""
        filename = objects.authorize_get(key, request.query_params)
        facts = objects.head(key)
        headers = {"cache-control": "no-store"}
        if filename:
            headers["content-disposition"] = attachment(filename)
        if facts is not None and facts.length > WHOLE:
            headers["content-length"] = str(facts.length)
            body = _pieces(objects, key) if request.method == "GET" else iter(())
            return StreamingResponse(body, media_type=facts.content_type, headers=headers)
        data = objects.get(key)
        if facts is None or data is None:
            raise NotFound("The object has expired.")
        return Response(data, media_type=facts.content_type, headers=headers)

    return routes


def _pieces(objects: SignedObjects, key: str) -> Iterator[bytes]:
    """The bytes of an object. It is opened only if they are read, so that it is closed too."""
    file = objects.open(key)
    if file is None:
        return
    with file:
        while piece := file.read(PIECE):
            yield piece
