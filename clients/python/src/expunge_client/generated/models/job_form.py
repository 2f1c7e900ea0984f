from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define

from .. import types
from ..models.job_form_mode import JobFormMode, check_job_form_mode
from ..types import UNSET, File, FileTypes, Unset

if TYPE_CHECKING:
    from ..models.job_form_options import JobFormOptions
    from ..models.job_form_sources import JobFormSources


T = TypeVar("T", bound="JobForm")


@_attrs_define
class JobForm:
    """A new job as a form: its image as a file, by an upload's key, or by URL.

    Attributes:
        mode (JobFormMode): What to do: `metadata`: Remove provenance and private metadata without changing a pixel.;
            `detect`: Report metadata, AI provenance and visible AI marks; change nothing.; `visible`: Remove the visible
            marks of AI tools, and nothing else.; `faces`: Find faces, and on request text, plates and codes; report where
            they are.; `mask`: Hide faces, and on request text, plates, codes and given regions.; `invisible`: Re-synthesise
            the pixels to disturb invisible watermarks; remove metadata.; `all`: Remove visible marks and metadata, and
            disturb invisible watermarks.; `swap`: Replace a face by the face of another picture, and label the result.
        image (File | Unset): The file, up to 10 MB. Give this, `object_key` or `image_url`.
        source (File | Unset): For `swap`: the picture of the face to put in. Give this, `source_key` or `source_url`;
            with `face_swaps`, `source-0` and so on. All files of a form together may have 10 MB.
        sources (JobFormSources | Unset): For `swap` with `face_swaps`: the pictures that it names, such as `source-0`.
        object_key (str | Unset): From `POST /api/v1/uploads`. Default: ''.
        image_url (str | Unset): A public https URL from which the service fetches the image. Default: ''.
        source_key (str | Unset): For `swap`: the picture of the face to put in, as the key of an upload. Default: ''.
        source_url (str | Unset): For `swap`: the same, as a public https URL. Default: ''.
        webhook_url (str | Unset): A public https URL that receives a message when the job ends. Default: ''.
        purpose (str | Unset): What this is for, in a few words. It is stored with the job. Some servers require it;
            `GET /api/v1/config` tells. Default: ''.
        options (JobFormOptions | Unset): The mode's options, as a JSON object.
    """

    mode: JobFormMode
    image: File | Unset = UNSET
    source: File | Unset = UNSET
    sources: JobFormSources | Unset = UNSET
    object_key: str | Unset = ""
    image_url: str | Unset = ""
    source_key: str | Unset = ""
    source_url: str | Unset = ""
    webhook_url: str | Unset = ""
    purpose: str | Unset = ""
    options: JobFormOptions | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mode: str = self.mode

        image: FileTypes | Unset = UNSET
        if not isinstance(self.image, Unset):
            image = self.image.to_tuple()

        source: FileTypes | Unset = UNSET
        if not isinstance(self.source, Unset):
            source = self.source.to_tuple()

        sources: dict[str, Any] | Unset = UNSET
        if not isinstance(self.sources, Unset):
            sources = self.sources.to_dict()

        object_key = self.object_key

        image_url = self.image_url

        source_key = self.source_key

        source_url = self.source_url

        webhook_url = self.webhook_url

        purpose = self.purpose

        options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = self.options.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({"mode": mode})
        if image is not UNSET:
            field_dict["image"] = image
        if source is not UNSET:
            field_dict["source"] = source
        if sources is not UNSET:
            field_dict["sources"] = sources
        if object_key is not UNSET:
            field_dict["object_key"] = object_key
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
        if source_key is not UNSET:
            field_dict["source_key"] = source_key
        if source_url is not UNSET:
            field_dict["source_url"] = source_url
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        if purpose is not UNSET:
            field_dict["purpose"] = purpose
        if options is not UNSET:
            field_dict["options"] = options

        return field_dict

    def to_multipart(self) -> types.RequestFiles:
        files: types.RequestFiles = []

        files.append(("mode", (None, str(self.mode).encode(), "text/plain")))

        if not isinstance(self.image, Unset):
            files.append(("image", self.image.to_tuple()))

        if not isinstance(self.source, Unset):
            files.append(("source", self.source.to_tuple()))

        if not isinstance(self.sources, Unset):
            files.append(("sources", (None, json.dumps(self.sources.to_dict()).encode(), "application/json")))

        if not isinstance(self.object_key, Unset):
            files.append(("object_key", (None, str(self.object_key).encode(), "text/plain")))

        if not isinstance(self.image_url, Unset):
            files.append(("image_url", (None, str(self.image_url).encode(), "text/plain")))

        if not isinstance(self.source_key, Unset):
            files.append(("source_key", (None, str(self.source_key).encode(), "text/plain")))

        if not isinstance(self.source_url, Unset):
            files.append(("source_url", (None, str(self.source_url).encode(), "text/plain")))

        if not isinstance(self.webhook_url, Unset):
            files.append(("webhook_url", (None, str(self.webhook_url).encode(), "text/plain")))

        if not isinstance(self.purpose, Unset):
            files.append(("purpose", (None, str(self.purpose).encode(), "text/plain")))

        if not isinstance(self.options, Unset):
            files.append(("options", (None, json.dumps(self.options.to_dict()).encode(), "application/json")))

        return files

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_form_options import JobFormOptions  # noqa: PLC0415
        from ..models.job_form_sources import JobFormSources  # noqa: PLC0415

        d = dict(src_dict)
        mode = check_job_form_mode(d.pop("mode"))

        _image = d.pop("image", UNSET)
        image: File | Unset
        if isinstance(_image, Unset):
            image = UNSET
        else:
            image = File(payload=BytesIO(_image))

        _source = d.pop("source", UNSET)
        source: File | Unset
        if isinstance(_source, Unset):
            source = UNSET
        else:
            source = File(payload=BytesIO(_source))

        _sources = d.pop("sources", UNSET)
        sources: JobFormSources | Unset
        if isinstance(_sources, Unset):
            sources = UNSET
        else:
            sources = JobFormSources.from_dict(_sources)

        object_key = d.pop("object_key", UNSET)

        image_url = d.pop("image_url", UNSET)

        source_key = d.pop("source_key", UNSET)

        source_url = d.pop("source_url", UNSET)

        webhook_url = d.pop("webhook_url", UNSET)

        purpose = d.pop("purpose", UNSET)

        _options = d.pop("options", UNSET)
        options: JobFormOptions | Unset
        if isinstance(_options, Unset):
            options = UNSET
        else:
            options = JobFormOptions.from_dict(_options)

        job_form = cls(
            mode=mode,
            image=image,
            source=source,
            sources=sources,
            object_key=object_key,
            image_url=image_url,
            source_key=source_key,
            source_url=source_url,
            webhook_url=webhook_url,
            purpose=purpose,
            options=options,
        )

        return job_form
