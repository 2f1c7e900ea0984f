from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.codec import Codec, check_codec
from ..models.consent import Consent, check_consent
from ..models.kind import Kind, check_kind
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.face_swap_create import FaceSwapCreate
    from ..models.swap_create_metadata_type_0 import SwapCreateMetadataType0


T = TypeVar("T", bound="SwapCreate")


@_attrs_define
class SwapCreate:
    """A new swap.

    Attributes:
        type_ (Kind): The types of swaps.
        target_url (str): Public https URL of the image, GIF or video whose face is replaced, or the `source_url` of an
            upload.
        source_url (None | str | Unset): Public https URL of the image of the new face, or the `source_url` of an
            upload. Required, except with `face_swaps`.
        target_face_index (int | None | Unset): The face to replace, as `createFaceDetection` numbers them. Default: the
            largest. Not with `face_swaps`.
        enable_face_enhancer (bool | None | Unset): Sharpen the new face to match the picture around it.
        reference_frame_time_seconds (float | None | Unset): `gif` and `video` only: the time at which
            `target_face_index` holds. Default: the start.
        duration_seconds (float | None | Unset): `gif` and `video` only: your own estimate. The price is what the file
            measures.
        file_size_bytes (int | None | Unset): As `duration_seconds`.
        keep_audio (bool | None | Unset): `video` only: keep the sound. Default: true.
        face_swaps (list[FaceSwapCreate] | None | Unset): The faces to replace: required for `multi_face_image`,
            optional for `video`.
        webhook_url (None | str | Unset): Public https URL that receives the swap when it has ended, signed with the
            secret of `getHookSecret`.
        metadata (None | SwapCreateMetadataType0 | Unset): Echoed in every answer; at most 8,192 bytes as JSON.
        consent (Consent | None | Unset): Why you may use the faces: `own_face`, or `permission` of their owners. Some
            servers require it. It is kept with the audit entry.
        codec (Codec | None | Unset): `video` only: the codec of the result. `h264` plays on every device; the operator
            decides whether it is allowed. Default: vp9.
        visible_label (bool | None | Unset): Also write into the picture that a face was swapped.
    """

    type_: Kind
    target_url: str
    source_url: None | str | Unset = UNSET
    target_face_index: int | None | Unset = UNSET
    enable_face_enhancer: bool | None | Unset = UNSET
    reference_frame_time_seconds: float | None | Unset = UNSET
    duration_seconds: float | None | Unset = UNSET
    file_size_bytes: int | None | Unset = UNSET
    keep_audio: bool | None | Unset = UNSET
    face_swaps: list[FaceSwapCreate] | None | Unset = UNSET
    webhook_url: None | str | Unset = UNSET
    metadata: None | SwapCreateMetadataType0 | Unset = UNSET
    consent: Consent | None | Unset = UNSET
    codec: Codec | None | Unset = UNSET
    visible_label: bool | None | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        from ..models.swap_create_metadata_type_0 import SwapCreateMetadataType0  # noqa: PLC0415

        type_: str = self.type_

        target_url = self.target_url

        source_url: None | str | Unset
        if isinstance(self.source_url, Unset):
            source_url = UNSET
        else:
            source_url = self.source_url

        target_face_index: int | None | Unset
        if isinstance(self.target_face_index, Unset):
            target_face_index = UNSET
        else:
            target_face_index = self.target_face_index

        enable_face_enhancer: bool | None | Unset
        if isinstance(self.enable_face_enhancer, Unset):
            enable_face_enhancer = UNSET
        else:
            enable_face_enhancer = self.enable_face_enhancer

        reference_frame_time_seconds: float | None | Unset
        if isinstance(self.reference_frame_time_seconds, Unset):
            reference_frame_time_seconds = UNSET
        else:
            reference_frame_time_seconds = self.reference_frame_time_seconds

        duration_seconds: float | None | Unset
        if isinstance(self.duration_seconds, Unset):
            duration_seconds = UNSET
        else:
            duration_seconds = self.duration_seconds

        file_size_bytes: int | None | Unset
        if isinstance(self.file_size_bytes, Unset):
            file_size_bytes = UNSET
        else:
            file_size_bytes = self.file_size_bytes

        keep_audio: bool | None | Unset
        if isinstance(self.keep_audio, Unset):
            keep_audio = UNSET
        else:
            keep_audio = self.keep_audio

        face_swaps: list[dict[str, Any]] | None | Unset
        if isinstance(self.face_swaps, Unset):
            face_swaps = UNSET
        elif isinstance(self.face_swaps, list):
            face_swaps = []
            for face_swaps_type_0_item_data in self.face_swaps:
                face_swaps_type_0_item = face_swaps_type_0_item_data.to_dict()
                face_swaps.append(face_swaps_type_0_item)

        else:
            face_swaps = self.face_swaps

        webhook_url: None | str | Unset
        if isinstance(self.webhook_url, Unset):
            webhook_url = UNSET
        else:
            webhook_url = self.webhook_url

        metadata: dict[str, Any] | None | Unset
        if isinstance(self.metadata, Unset):
            metadata = UNSET
        elif isinstance(self.metadata, SwapCreateMetadataType0):
            metadata = self.metadata.to_dict()
        else:
            metadata = self.metadata

        consent: None | str | Unset
        if isinstance(self.consent, Unset):
            consent = UNSET
        elif isinstance(self.consent, str):
            consent = self.consent
        else:
            consent = self.consent

        codec: None | str | Unset
        if isinstance(self.codec, Unset):
            codec = UNSET
        elif isinstance(self.codec, str):
            codec = self.codec
        else:
            codec = self.codec

        visible_label: bool | None | Unset
        if isinstance(self.visible_label, Unset):
            visible_label = UNSET
        else:
            visible_label = self.visible_label

        field_dict: dict[str, Any] = {}

        field_dict.update({"type": type_, "target_url": target_url})
        if source_url is not UNSET:
            field_dict["source_url"] = source_url
        if target_face_index is not UNSET:
            field_dict["target_face_index"] = target_face_index
        if enable_face_enhancer is not UNSET:
            field_dict["enable_face_enhancer"] = enable_face_enhancer
        if reference_frame_time_seconds is not UNSET:
            field_dict["reference_frame_time_seconds"] = reference_frame_time_seconds
        if duration_seconds is not UNSET:
            field_dict["duration_seconds"] = duration_seconds
        if file_size_bytes is not UNSET:
            field_dict["file_size_bytes"] = file_size_bytes
        if keep_audio is not UNSET:
            field_dict["keep_audio"] = keep_audio
        if face_swaps is not UNSET:
            field_dict["face_swaps"] = face_swaps
        if webhook_url is not UNSET:
            field_dict["webhook_url"] = webhook_url
        if metadata is not UNSET:
            field_dict["metadata"] = metadata
        if consent is not UNSET:
            field_dict["consent"] = consent
        if codec is not UNSET:
            field_dict["codec"] = codec
        if visible_label is not UNSET:
            field_dict["visible_label"] = visible_label

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.face_swap_create import FaceSwapCreate  # noqa: PLC0415
        from ..models.swap_create_metadata_type_0 import SwapCreateMetadataType0  # noqa: PLC0415

        d = dict(src_dict)
        type_ = check_kind(d.pop("type"))

        target_url = d.pop("target_url")

        def _parse_source_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source_url = _parse_source_url(d.pop("source_url", UNSET))

        def _parse_target_face_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        target_face_index = _parse_target_face_index(d.pop("target_face_index", UNSET))

        def _parse_enable_face_enhancer(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        enable_face_enhancer = _parse_enable_face_enhancer(d.pop("enable_face_enhancer", UNSET))

        def _parse_reference_frame_time_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        reference_frame_time_seconds = _parse_reference_frame_time_seconds(d.pop("reference_frame_time_seconds", UNSET))

        def _parse_duration_seconds(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        duration_seconds = _parse_duration_seconds(d.pop("duration_seconds", UNSET))

        def _parse_file_size_bytes(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        file_size_bytes = _parse_file_size_bytes(d.pop("file_size_bytes", UNSET))

        def _parse_keep_audio(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        keep_audio = _parse_keep_audio(d.pop("keep_audio", UNSET))

        def _parse_face_swaps(data: object) -> list[FaceSwapCreate] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                face_swaps_type_0 = []
                _face_swaps_type_0 = data
                for face_swaps_type_0_item_data in _face_swaps_type_0:
                    face_swaps_type_0_item = FaceSwapCreate.from_dict(face_swaps_type_0_item_data)

                    face_swaps_type_0.append(face_swaps_type_0_item)

                return face_swaps_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[FaceSwapCreate] | None | Unset, data)

        face_swaps = _parse_face_swaps(d.pop("face_swaps", UNSET))

        def _parse_webhook_url(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        webhook_url = _parse_webhook_url(d.pop("webhook_url", UNSET))

        def _parse_metadata(data: object) -> None | SwapCreateMetadataType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                metadata_type_0 = SwapCreateMetadataType0.from_dict(data)

                return metadata_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SwapCreateMetadataType0 | Unset, data)

        metadata = _parse_metadata(d.pop("metadata", UNSET))

        def _parse_consent(data: object) -> Consent | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consent_type_0 = check_consent(data)

                return consent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Consent | None | Unset, data)

        consent = _parse_consent(d.pop("consent", UNSET))

        def _parse_codec(data: object) -> Codec | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                codec_type_0 = check_codec(data)

                return codec_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(Codec | None | Unset, data)

        codec = _parse_codec(d.pop("codec", UNSET))

        def _parse_visible_label(data: object) -> bool | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(bool | None | Unset, data)

        visible_label = _parse_visible_label(d.pop("visible_label", UNSET))

        swap_create = cls(
            type_=type_,
            target_url=target_url,
            source_url=source_url,
            target_face_index=target_face_index,
            enable_face_enhancer=enable_face_enhancer,
            reference_frame_time_seconds=reference_frame_time_seconds,
            duration_seconds=duration_seconds,
            file_size_bytes=file_size_bytes,
            keep_audio=keep_audio,
            face_swaps=face_swaps,
            webhook_url=webhook_url,
            metadata=metadata,
            consent=consent,
            codec=codec,
            visible_label=visible_label,
        )

        return swap_create
