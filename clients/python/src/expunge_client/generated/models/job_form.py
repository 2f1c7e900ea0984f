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
            disturb invisible watermarks.
        image (File | Unset): The file, up to 10 MB. Give this, `object_key` or `image_url`.
        object_key (str | Unset): From `POST /api/v1/uploads`. Default: ''.
        image_url (str | Unset): A public https URL from which the service fetches the image. Default: ''.
        webhook_url (str | Unset): A public https URL that receives a message when the job ends. Default: ''.
        purpose (str | Unset): What this is for, in a few words. It is stored with the job. Some servers require it;
            `GET /api/v1/config` tells. Default: ''.
        options (JobFormOptions | Unset): The mode's options, as a JSON object.
    """

    mode: JobFormMode
    image: File | Unset = UNSET
    object_key: str | Unset = ""
    image_url: str | Unset = ""
    webhook_url: str | Unset = ""
    purpose: str | Unset = ""
    options: JobFormOptions | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mode: str = self.mode

        image: FileTypes | Unset = UNSET
        if not isinstance(self.image, Unset):
            image = self.image.to_tuple()

        object_key = self.object_key

        image_url = self.image_url

        webhook_url = self.webhook_url

        purpose = self.purpose

        options: dict[str, Any] | Unset = UNSET
        if not isinstance(self.options, Unset):
            options = self.options.to_dict()

        field_dict: dict[str, Any] = {}

        field_dict.update({"mode": mode})
        if image is not UNSET:
            field_dict["image"] = image
        if object_key is not UNSET:
            field_dict["object_key"] = object_key
        if image_url is not UNSET:
            field_dict["image_url"] = image_url
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

        if not isinstance(self.object_key, Unset):
            files.append(("object_key", (None, str(self.object_key).encode(), "text/plain")))

        if not isinstance(self.image_url, Unset):
            files.append(("image_url", (None, str(self.image_url).encode(), "text/plain")))

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

        d = dict(src_dict)
        mode = check_job_form_mode(d.pop("mode"))

        _image = d.pop("image", UNSET)
        image: File | Unset
        if isinstance(_image, Unset):
            image = UNSET
        else:
            image = File(payload=BytesIO(_image))

        object_key = d.pop("object_key", UNSET)

        image_url = d.pop("image_url", UNSET)

        webhook_url = d.pop("webhook_url", UNSET)

        purpose = d.pop("purpose", UNSET)

        _options = d.pop("options", UNSET)
        options: JobFormOptions | Unset
        if isinstance(_options, Unset):
            options = UNSET
        else:
            options = JobFormOptions.from_dict(_options)

        job_form = cls(
            mode=mode, image=image, object_key=object_key, image_url=image_url, webhook_url=webhook_url, purpose=purpose, options=options
        )

        return job_form
