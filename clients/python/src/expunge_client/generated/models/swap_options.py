from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.swap_options_codec import SwapOptionsCodec, check_swap_options_codec
from ..models.swap_options_consent_type_0 import SwapOptionsConsentType0, check_swap_options_consent_type_0
from ..models.swap_options_format_type_0 import SwapOptionsFormatType0, check_swap_options_format_type_0
from ..types import UNSET, Unset

if TYPE_CHECKING:
    from ..models.swap_options_face_swaps_type_0_item import SwapOptionsFaceSwapsType0Item


T = TypeVar("T", bound="SwapOptions")


@_attrs_define
class SwapOptions:
    """The options of `swap`.

    Attributes:
        keep_audio (bool | Unset): Keep the sound of a video. Default: True.
        codec (SwapOptionsCodec | Unset): Codec of a resulting video. `h264` plays on every device; the operator decides
            whether it is allowed. Default: 'vp9'.
        target_face_index (int | None | Unset): The face to replace, as `faces` numbers them. Default: the largest face.
        face_swaps (list[SwapOptionsFaceSwapsType0Item] | None | Unset): Several faces to replace: for each its index,
            and the name of the picture that shows the new face (`source-0`, `source-1` and so on).
        enable_face_enhancer (bool | Unset): Sharpen the new face to match the picture around it, or restore it with the
            operator's model, where there is one. Default: False.
        reference_frame_time_seconds (float | Unset): The time at which the face is named, in a moving picture. Default:
            0.0.
        consent (None | SwapOptionsConsentType0 | Unset): Why you may use the face: it is your own (`own_face`), or its
            owner and the person whose face is replaced permit it (`permission`).
        visible_label (bool | Unset): Also write into the picture that a face was swapped. Default: False.
        format_ (None | SwapOptionsFormatType0 | Unset): Format of a resulting image. Default: the input's format.
        quality (int | None | Unset): Quality of a lossy result. Default: like the input's.
        receipt (bool | Unset): Add a signed receipt: digests of both files and of their pixels, and what was removed
            and kept. Default: False.
    """

    keep_audio: bool | Unset = True
    codec: SwapOptionsCodec | Unset = "vp9"
    target_face_index: int | None | Unset = UNSET
    face_swaps: list[SwapOptionsFaceSwapsType0Item] | None | Unset = UNSET
    enable_face_enhancer: bool | Unset = False
    reference_frame_time_seconds: float | Unset = 0.0
    consent: None | SwapOptionsConsentType0 | Unset = UNSET
    visible_label: bool | Unset = False
    format_: None | SwapOptionsFormatType0 | Unset = UNSET
    quality: int | None | Unset = UNSET
    receipt: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        keep_audio = self.keep_audio

        codec: str | Unset = UNSET
        if not isinstance(self.codec, Unset):
            codec = self.codec

        target_face_index: int | None | Unset
        if isinstance(self.target_face_index, Unset):
            target_face_index = UNSET
        else:
            target_face_index = self.target_face_index

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

        enable_face_enhancer = self.enable_face_enhancer

        reference_frame_time_seconds = self.reference_frame_time_seconds

        consent: None | str | Unset
        if isinstance(self.consent, Unset):
            consent = UNSET
        elif isinstance(self.consent, str):
            consent = self.consent
        else:
            consent = self.consent

        visible_label = self.visible_label

        format_: None | str | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        elif isinstance(self.format_, str):
            format_ = self.format_
        else:
            format_ = self.format_

        quality: int | None | Unset
        if isinstance(self.quality, Unset):
            quality = UNSET
        else:
            quality = self.quality

        receipt = self.receipt

        field_dict: dict[str, Any] = {}

        field_dict.update({})
        if keep_audio is not UNSET:
            field_dict["keep_audio"] = keep_audio
        if codec is not UNSET:
            field_dict["codec"] = codec
        if target_face_index is not UNSET:
            field_dict["target_face_index"] = target_face_index
        if face_swaps is not UNSET:
            field_dict["face_swaps"] = face_swaps
        if enable_face_enhancer is not UNSET:
            field_dict["enable_face_enhancer"] = enable_face_enhancer
        if reference_frame_time_seconds is not UNSET:
            field_dict["reference_frame_time_seconds"] = reference_frame_time_seconds
        if consent is not UNSET:
            field_dict["consent"] = consent
        if visible_label is not UNSET:
            field_dict["visible_label"] = visible_label
        if format_ is not UNSET:
            field_dict["format"] = format_
        if quality is not UNSET:
            field_dict["quality"] = quality
        if receipt is not UNSET:
            field_dict["receipt"] = receipt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.swap_options_face_swaps_type_0_item import (
            SwapOptionsFaceSwapsType0Item,  # noqa: PLC0415
        )

        d = dict(src_dict)
        keep_audio = d.pop("keep_audio", UNSET)

        _codec = d.pop("codec", UNSET)
        codec: SwapOptionsCodec | Unset
        if isinstance(_codec, Unset):
            codec = UNSET
        else:
            codec = check_swap_options_codec(_codec)

        def _parse_target_face_index(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        target_face_index = _parse_target_face_index(d.pop("target_face_index", UNSET))

        def _parse_face_swaps(data: object) -> list[SwapOptionsFaceSwapsType0Item] | None | Unset:
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
                    face_swaps_type_0_item = SwapOptionsFaceSwapsType0Item.from_dict(face_swaps_type_0_item_data)

                    face_swaps_type_0.append(face_swaps_type_0_item)

                return face_swaps_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[SwapOptionsFaceSwapsType0Item] | None | Unset, data)

        face_swaps = _parse_face_swaps(d.pop("face_swaps", UNSET))

        enable_face_enhancer = d.pop("enable_face_enhancer", UNSET)

        reference_frame_time_seconds = d.pop("reference_frame_time_seconds", UNSET)

        def _parse_consent(data: object) -> None | SwapOptionsConsentType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                consent_type_0 = check_swap_options_consent_type_0(data)

                return consent_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SwapOptionsConsentType0 | Unset, data)

        consent = _parse_consent(d.pop("consent", UNSET))

        visible_label = d.pop("visible_label", UNSET)

        def _parse_format_(data: object) -> None | SwapOptionsFormatType0 | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                format_type_0 = check_swap_options_format_type_0(data)

                return format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(None | SwapOptionsFormatType0 | Unset, data)

        format_ = _parse_format_(d.pop("format", UNSET))

        def _parse_quality(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quality = _parse_quality(d.pop("quality", UNSET))

        receipt = d.pop("receipt", UNSET)

        swap_options = cls(
            keep_audio=keep_audio,
            codec=codec,
            target_face_index=target_face_index,
            face_swaps=face_swaps,
            enable_face_enhancer=enable_face_enhancer,
            reference_frame_time_seconds=reference_frame_time_seconds,
            consent=consent,
            visible_label=visible_label,
            format_=format_,
            quality=quality,
            receipt=receipt,
        )

        return swap_options
