from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.swap_job_create_sources_type_0 import SwapJobCreateSourcesType0
    from ..models.swap_options import SwapOptions


T = TypeVar("T", bound="SwapJobCreate")


@_attrs_define
class SwapJobCreate:
    """Replace a face by the face of another picture, and label the result.

    Attributes:
        mode (Literal['swap']): Replace a face by the face of another picture, and label the result.
        options (None | SwapOptions | Unset): The mode's options.
        object_key (None | str | Unset): From `POST /api/v1/uploads`.
        image_url (None | str | Unset): A public https URL from which the service fetches the image.
        image_base64 (None | str | Unset): The file in base64, plain or URL-safe, or a data URL; at most 1,048,576 bytes
            decoded.
        source_key (None | str | Unset): For `swap`: the picture of the face to put in, as the key of an upload.
        source_url (None | str | Unset): For `swap`: the same, as a public https URL.
        source_base64 (None | str | Unset): For `swap`: the same, in base64 as `image_base64`.
        sources (None | SwapJobCreateSourcesType0 | Unset): For `swap` with `face_swaps`: the pictures that it names,
            such as `source-0`.
        webhook_url (None | str | Unset): A public https URL that receives a message when the job ends.
        purpose (None | str | Unset): What this is for, in a few words. It is stored with the job. Some servers require
            it; `GET /api/v1/config` tells.
        content_type (None | str | Unset): The media type of `image_base64`; a data URL may state it instead.
    """

    mode: Literal["swap"]
    options: None | SwapOptions | Unset = UNSET
    object_key: None | str | Unset = UNSET
    image_url: None | str | Unset = UNSET
    image_base64: None | str | Unset = UNSET
    source_key: None | str | Unset = UNSET
    source_url: None | str | Unset = UNSET
    source_base64: None | str | Unset = UNSET
    sources: None | SwapJobCreateSourcesType0 | Unset = UNSET
    webhook_url: None | str | Unset = UNSET
    purpose: None | str | Unset = UNSET
    content_type: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.swap_job_create_sources_type_0 import SwapJobCreateSourcesType0  # noqa: PLC0415
        from ..models.swap_options import SwapOptions  # noqa: PLC0415

        mode = self.mode

        options: dict[str, Any] | None | Unset
        if isinstance(self.options, Unset):
            options = UNSET
        elif isinstance(self.options, SwapOptions):
            options = self.options.to_dict()
        else:
            options = self.options

        object_key: None | str | Unset
        if isinstance(self.object_key, Unset):
            object_key = UNSET
        else:
            object_key = self.object_key

        image_url: None | str | Unset
        if isinstance(self.image_url, Unset):
            image_url = UNSET
        else:
            image_url = self.image_url

        image_base64: None | str | Unset
        if isinstance(self.image_base64, Unset):
            image_base64 = UNSET
        else:
            image_base64 = self.image_base64

        source_key: None | str | Unset
        if isinstance(self.source_key, Unset):
            source_key = UNSET
        else:
            source_key = self.source_key

        source_url: None | str | Unset
        if isinstance(self.source_url, Unset):
            source_url = UNSET
        else:
            source_url = self.source_url

        source_base64: None | str | Unset
        if isinstance(self.source_base64, Unset):
            source_base64 = UNSET
        else:
            source_base64 = self.source_base64

        sources: dict[str, Any] | None | Unset
        if isinstance(self.sources, Unset):
            sources = UNSET
        elif isinstance(self.sources, SwapJobCreateSourcesType0):
            sources = self.sources.to_dict()
        else:
            sources = self.sources

        webhook_url: None | str | Unset
        if isinstance(self.webhook_url, Unset):
            webhook_url = UNSET
        else:
            webhook_url = self.webhook_url

        purpose: None | str | Unset
        if isinstance(self.purpose, Unset):
            purpose = UNSET
        else:
            purpose = self.purpose

        content_type: None | str | Unset
        if isinstance(self.content_type, Unset):
            content_type = UNSET
        else:
            content_type = self.content_type

        field_dict: dict[str, Any] = {}

        field_dict.update({"mode": mode})
        if options is not UNSET:
            field_dict["options"] = options
        if object_key is not UNSET:
            field_dict["object_key"] = object_key
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if image_base64 is not UNSET:
            field_dict["image_base64"] = image_base64
        if source_key is not UNSET:
            field_dict["source_key"] = source_key
        if source_url is not UNSET:
            field_dict["source_url"] = source_url
        if source_base64 is not UNSET:
            field_dict["source_base64"] = source_base64
        if sources is not UNSET:
            field_dict["sources"] = sources
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
        if content_type is not UNSET:
            field_dict["content_type"] = content_type

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.swap_job_create_sources_type_0 import SwapJobCreateSourcesType0  # noqa: PLC0415
        from ..models.swap_options import SwapOptions  # noqa: PLC0415

        d = dict(src_dict)
        mode = cast(Literal["swap"], d.pop("mode"))
        if mode != "swap":
            raise ValueError(f"mode must match const 'swap', got '{mode}'")

        def _parse_options(data: object) -> None | SwapOptions | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                options_type_0 = SwapOptions.from_dict(data)

                return options_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SwapOptions | Unset, data)

        options = _parse_options(d.pop("options", UNSET))

        def _parse_object_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        object_key = _parse_object_key(d.pop("object_key", UNSET))

        def _parse_image_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image_url = _parse_image_url(d.pop("image_url", UNSET))

        def _parse_image_base64(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        image_base64 = _parse_image_base64(d.pop("image_base64", UNSET))

        def _parse_source_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source_key = _parse_source_key(d.pop("source_key", UNSET))

        def _parse_source_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source_url = _parse_source_url(d.pop("source_url", UNSET))

        def _parse_source_base64(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source_base64 = _parse_source_base64(d.pop("source_base64", UNSET))

        def _parse_sources(data: object) -> None | SwapJobCreateSourcesType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                sources_type_0 = SwapJobCreateSourcesType0.from_dict(data)

                return sources_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SwapJobCreateSourcesType0 | Unset, data)

        sources = _parse_sources(d.pop("sources", UNSET))

        def _parse_webhook_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        webhook_url = _parse_webhook_url(d.pop("webhook_url", UNSET))

        def _parse_purpose(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        purpose = _parse_purpose(d.pop("purpose", UNSET))

        def _parse_content_type(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        content_type = _parse_content_type(d.pop("content_type", UNSET))

        swap_job_create = cls(
            mode=mode,
            options=options,
            object_key=object_key,
            image_url=image_url,
            image_base64=image_base64,
            source_key=source_key,
            source_url=source_url,
            source_base64=source_base64,
            sources=sources,
            webhook_url=webhook_url,
            purpose=purpose,
            content_type=content_type,
        )

        return swap_job_create
