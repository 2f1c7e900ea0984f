from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.mask_options_codec import MaskOptionsCodec, check_mask_options_codec
from ..models.mask_options_format_type_0 import MaskOptionsFormatType0, check_mask_options_format_type_0
from ..models.mask_options_method import MaskOptionsMethod, check_mask_options_method
from ..models.mask_options_model import MaskOptionsModel, check_mask_options_model
from ..models.mask_options_plan import MaskOptionsPlan, check_mask_options_plan
from ..models.mask_options_shape import MaskOptionsShape, check_mask_options_shape
from ..models.mask_options_targets_type_0_item import MaskOptionsTargetsType0Item, check_mask_options_targets_type_0_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="MaskOptions")


@_attrs_define
class MaskOptions:
    """The options of `mask`.

    Attributes:
        targets (list[MaskOptionsTargetsType0Item] | None | Unset): What to look for. `plates` is text that looks like a
            number plate. Default: faces.
        model (MaskOptionsModel | Unset): Face detector. CenterFace comes with the service; the operator must supply
            weights of the others. Default: 'centerface'.
        plan (MaskOptionsPlan | Unset): `fast` searches the image twice, at up to 1,280 pixels; `balanced` looks closer
            at small faces, and at images on their side, too; `thorough` searches at full resolution. Default: 'balanced'.
        confidence (float | None | Unset): Minimum confidence. Default: 0.1, with `fast` 0.15: lower than for `faces`,
            since a missed face is worse than a stray mask.
        nms_threshold (float | Unset): Overlap (intersection over union) above which two boxes count as one face.
            Default: 0.3.
        max_faces (int | Unset): Maximum number of faces; the most confident are kept. 0: all. Default: 0.
        min_size (float | Unset): Minimum shorter side of a face's box, in pixels. Default: 0.0.
        min_text_height (float | Unset): Minimum height of a line of text, in pixels. Default: 0.0.
        within (list[list[float]] | None | Unset): Look only in these regions, each x,y,width,height, or the x,y of
            three or more corners. What has its centre there counts.
        read (bool | Unset): Report what codes say. Text is never read. Default: False.
        keep_audio (bool | Unset): Keep the sound of a video. Default: True.
        codec (MaskOptionsCodec | Unset): Codec of a resulting video. `h264` plays on every device; the operator decides
            whether it is allowed. Default: 'vp9'.
        method (MaskOptionsMethod | Unset): How a face is hidden. `ringfill` uses colours from around the face alone;
            `elliptical` is `gaussian` in an ellipse. Text, plates and codes are always hidden irreversibly: by `solid` if
            you choose it, else by `ringfill`. Default: 'ringfill'.
        shape (MaskOptionsShape | Unset): Outline of the hidden area; its edge fades outwards. Default: 'ellipse'.
        strength (int | Unset): Scales blurs and blocks, whose size follows the face: 199 is normal, 1 half. Default:
            199.
        padding (float | Unset): Margin around a face, as a fraction of its size. Default: 0.3.
        colour (str | Unset): Colour of the method `solid`, as #rrggbb. Default: '#000000'.
        cover (None | str | Unset): Image that the method `cover` lays over faces: a whole image file in base64.
        irreversible (bool | Unset): Require that nothing of a face remains: allow only `solid` and `ringfill`. Default:
            False.
        include (list[int | list[float]] | None | Unset): Hide only these: boxes of what was found, or indices of faces.
            A box in which nothing was found is hidden too. In a moving picture the index is a track's.
        exclude (list[int | list[float]] | Unset): Do not hide these: boxes of what was found, or indices of faces.
        regions (list[list[float]] | None | Unset): Hide these regions, too, each x,y,width,height, or the x,y of three
            or more corners. Without `targets`, hide nothing else.
        except_ (list[list[float] | str] | Unset): Leave these people visible: a picture of one face in base64, or a
            descriptor from `expunge describe-face`. A face stays hidden when it is not surely the same.
        search_every (int | Unset): Search each frame of this many for faces, in a moving picture; between them faces
            are followed. 1 is the most thorough. Default: 3.
        strip_metadata (bool | Unset): Remove all metadata. Otherwise copyright and location stay, but previews of
            hidden faces do not. Default: True.
        format_ (MaskOptionsFormatType0 | None | Unset): Format of the result. Default: the input's format.
        quality (int | None | Unset): Quality of a lossy result. Default: like the input's.
        receipt (bool | Unset): Add a signed receipt: digests of both files and of their pixels, and what was removed
            and kept. Default: False.
    """

    targets: list[MaskOptionsTargetsType0Item] | None | Unset = UNSET
    model: MaskOptionsModel | Unset = "centerface"
    plan: MaskOptionsPlan | Unset = "balanced"
    confidence: float | None | Unset = UNSET
    nms_threshold: float | Unset = 0.3
    max_faces: int | Unset = 0
    min_size: float | Unset = 0.0
    min_text_height: float | Unset = 0.0
    within: list[list[float]] | None | Unset = UNSET
    read: bool | Unset = False
    keep_audio: bool | Unset = True
    codec: MaskOptionsCodec | Unset = "vp9"
    method: MaskOptionsMethod | Unset = "ringfill"
    shape: MaskOptionsShape | Unset = "ellipse"
    strength: int | Unset = 199
    padding: float | Unset = 0.3
    colour: str | Unset = "#000000"
    cover: None | str | Unset = UNSET
    irreversible: bool | Unset = False
    include: list[int | list[float]] | None | Unset = UNSET
    exclude: list[int | list[float]] | Unset = UNSET
    regions: list[list[float]] | None | Unset = UNSET
    except_: list[list[float] | str] | Unset = UNSET
    search_every: int | Unset = 3
    strip_metadata: bool | Unset = True
    format_: MaskOptionsFormatType0 | None | Unset = UNSET
    quality: int | None | Unset = UNSET
    receipt: bool | Unset = False

    def to_dict(self) -> dict[str, Any]:
        targets: list[str] | None | Unset
        if isinstance(self.targets, Unset):
            targets = UNSET
        elif isinstance(self.targets, list):
            targets = []
            for targets_type_0_item_data in self.targets:
                targets_type_0_item: str = targets_type_0_item_data
                targets.append(targets_type_0_item)

        else:
            targets = self.targets

        model: str | Unset = UNSET
        if not isinstance(self.model, Unset):
            model = self.model

        plan: str | Unset = UNSET
        if not isinstance(self.plan, Unset):
            plan = self.plan

        confidence: float | None | Unset
        if isinstance(self.confidence, Unset):
            confidence = UNSET
        else:
            confidence = self.confidence

        nms_threshold = self.nms_threshold

        max_faces = self.max_faces

        min_size = self.min_size

        min_text_height = self.min_text_height

        within: list[list[float]] | None | Unset
        if isinstance(self.within, Unset):
            within = UNSET
        elif isinstance(self.within, list):
            within = []
            for within_type_0_item_data in self.within:
                within_type_0_item = within_type_0_item_data

                within.append(within_type_0_item)

        else:
            within = self.within

        read = self.read

        keep_audio = self.keep_audio

        codec: str | Unset = UNSET
        if not isinstance(self.codec, Unset):
            codec = self.codec

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method

        shape: str | Unset = UNSET
        if not isinstance(self.shape, Unset):
            shape = self.shape

        strength = self.strength

        padding = self.padding

        colour = self.colour

        cover: None | str | Unset
        if isinstance(self.cover, Unset):
            cover = UNSET
        else:
            cover = self.cover

        irreversible = self.irreversible

        include: list[int | list[float]] | None | Unset
        if isinstance(self.include, Unset):
            include = UNSET
        elif isinstance(self.include, list):
            include = []
            for include_type_0_item_data in self.include:
                include_type_0_item: int | list[float]
                if isinstance(include_type_0_item_data, list):
                    include_type_0_item = include_type_0_item_data

                else:
                    include_type_0_item = include_type_0_item_data
                include.append(include_type_0_item)

        else:
            include = self.include

        exclude: list[int | list[float]] | Unset = UNSET
        if not isinstance(self.exclude, Unset):
            exclude = []
            for exclude_item_data in self.exclude:
                exclude_item: int | list[float]
                if isinstance(exclude_item_data, list):
                    exclude_item = exclude_item_data

                else:
                    exclude_item = exclude_item_data
                exclude.append(exclude_item)

        regions: list[list[float]] | None | Unset
        if isinstance(self.regions, Unset):
            regions = UNSET
        elif isinstance(self.regions, list):
            regions = []
            for regions_type_0_item_data in self.regions:
                regions_type_0_item = regions_type_0_item_data

                regions.append(regions_type_0_item)

        else:
            regions = self.regions

        except_: list[list[float] | str] | Unset = UNSET
        if not isinstance(self.except_, Unset):
            except_ = []
            for except_item_data in self.except_:
                except_item: list[float] | str
                if isinstance(except_item_data, list):
                    except_item = except_item_data

                else:
                    except_item = except_item_data
                except_.append(except_item)

        search_every = self.search_every

        strip_metadata = self.strip_metadata

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
        if targets is not UNSET:
            field_dict["targets"] = targets
        if model is not UNSET:
            field_dict["model"] = model
        if plan is not UNSET:
            field_dict["plan"] = plan
        if confidence is not UNSET:
            field_dict["confidence"] = confidence
        if nms_threshold is not UNSET:
            field_dict["nms_threshold"] = nms_threshold
        if max_faces is not UNSET:
            field_dict["max_faces"] = max_faces
        if min_size is not UNSET:
            field_dict["min_size"] = min_size
        if min_text_height is not UNSET:
            field_dict["min_text_height"] = min_text_height
        if within is not UNSET:
            field_dict["within"] = within
        if read is not UNSET:
            field_dict["read"] = read
        if keep_audio is not UNSET:
            field_dict["keep_audio"] = keep_audio
        if codec is not UNSET:
            field_dict["codec"] = codec
        if method is not UNSET:
            field_dict["method"] = method
        if shape is not UNSET:
            field_dict["shape"] = shape
        if strength is not UNSET:
            field_dict["strength"] = strength
        if padding is not UNSET:
            field_dict["padding"] = padding
        if colour is not UNSET:
            field_dict["colour"] = colour
        if cover is not UNSET:
            field_dict["cover"] = cover
        if irreversible is not UNSET:
            field_dict["irreversible"] = irreversible
        if include is not UNSET:
            field_dict["include"] = include
        if exclude is not UNSET:
            field_dict["exclude"] = exclude
        if regions is not UNSET:
            field_dict["regions"] = regions
        if except_ is not UNSET:
            field_dict["except"] = except_
        if search_every is not UNSET:
            field_dict["search_every"] = search_every
        if strip_metadata is not UNSET:
            field_dict["strip_metadata"] = strip_metadata
        if format_ is not UNSET:
            field_dict["format"] = format_
        if quality is not UNSET:
            field_dict["quality"] = quality
        if receipt is not UNSET:
            field_dict["receipt"] = receipt

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_targets(data: object) -> list[MaskOptionsTargetsType0Item] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                targets_type_0 = []
                _targets_type_0 = data
                for targets_type_0_item_data in _targets_type_0:
                    targets_type_0_item = check_mask_options_targets_type_0_item(targets_type_0_item_data)

                    targets_type_0.append(targets_type_0_item)

                return targets_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[MaskOptionsTargetsType0Item] | None | Unset, data)

        targets = _parse_targets(d.pop("targets", UNSET))

        _model = d.pop("model", UNSET)
        model: MaskOptionsModel | Unset
        if isinstance(_model, Unset):
            model = UNSET
        else:
            model = check_mask_options_model(_model)

        _plan = d.pop("plan", UNSET)
        plan: MaskOptionsPlan | Unset
        if isinstance(_plan, Unset):
            plan = UNSET
        else:
            plan = check_mask_options_plan(_plan)

        def _parse_confidence(data: object) -> float | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(float | None | Unset, data)

        confidence = _parse_confidence(d.pop("confidence", UNSET))

        nms_threshold = d.pop("nms_threshold", UNSET)

        max_faces = d.pop("max_faces", UNSET)

        min_size = d.pop("min_size", UNSET)

        min_text_height = d.pop("min_text_height", UNSET)

        def _parse_within(data: object) -> list[list[float]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                within_type_0 = []
                _within_type_0 = data
                for within_type_0_item_data in _within_type_0:
                    within_type_0_item = cast(list[float], within_type_0_item_data)

                    within_type_0.append(within_type_0_item)

                return within_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[list[float]] | None | Unset, data)

        within = _parse_within(d.pop("within", UNSET))

        read = d.pop("read", UNSET)

        keep_audio = d.pop("keep_audio", UNSET)

        _codec = d.pop("codec", UNSET)
        codec: MaskOptionsCodec | Unset
        if isinstance(_codec, Unset):
            codec = UNSET
        else:
            codec = check_mask_options_codec(_codec)

        _method = d.pop("method", UNSET)
        method: MaskOptionsMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = check_mask_options_method(_method)

        _shape = d.pop("shape", UNSET)
        shape: MaskOptionsShape | Unset
        if isinstance(_shape, Unset):
            shape = UNSET
        else:
            shape = check_mask_options_shape(_shape)

        strength = d.pop("strength", UNSET)

        padding = d.pop("padding", UNSET)

        colour = d.pop("colour", UNSET)

        def _parse_cover(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        cover = _parse_cover(d.pop("cover", UNSET))

        irreversible = d.pop("irreversible", UNSET)

        def _parse_include(data: object) -> list[int | list[float]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                include_type_0 = []
                _include_type_0 = data
                for include_type_0_item_data in _include_type_0:

                    def _parse_include_type_0_item(data: object) -> int | list[float]:
                        try:
                            if not isinstance(data, list):
                                raise TypeError()
                            include_type_0_item_type_1 = cast(list[float], data)

                            return include_type_0_item_type_1
                        except (TypeError, ValueError, AttributeError, KeyError):
                            pass
                        return cast(int | list[float], data)

                    include_type_0_item = _parse_include_type_0_item(include_type_0_item_data)

                    include_type_0.append(include_type_0_item)

                return include_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[int | list[float]] | None | Unset, data)

        include = _parse_include(d.pop("include", UNSET))

        _exclude = d.pop("exclude", UNSET)
        exclude: list[int | list[float]] | Unset = UNSET
        if _exclude is not UNSET:
            exclude = []
            for exclude_item_data in _exclude:

                def _parse_exclude_item(data: object) -> int | list[float]:
                    try:
                        if not isinstance(data, list):
                            raise TypeError()
                        exclude_item_type_1 = cast(list[float], data)

                        return exclude_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(int | list[float], data)

                exclude_item = _parse_exclude_item(exclude_item_data)

                exclude.append(exclude_item)

        def _parse_regions(data: object) -> list[list[float]] | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, list):
                    raise TypeError()
                regions_type_0 = []
                _regions_type_0 = data
                for regions_type_0_item_data in _regions_type_0:
                    regions_type_0_item = cast(list[float], regions_type_0_item_data)

                    regions_type_0.append(regions_type_0_item)

                return regions_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(list[list[float]] | None | Unset, data)

        regions = _parse_regions(d.pop("regions", UNSET))

        _except_ = d.pop("except", UNSET)
        except_: list[list[float] | str] | Unset = UNSET
        if _except_ is not UNSET:
            except_ = []
            for except_item_data in _except_:

                def _parse_except_item(data: object) -> list[float] | str:
                    try:
                        if not isinstance(data, list):
                            raise TypeError()
                        except_item_type_1 = cast(list[float], data)

                        return except_item_type_1
                    except (TypeError, ValueError, AttributeError, KeyError):
                        pass
                    return cast(list[float] | str, data)

                except_item = _parse_except_item(except_item_data)

                except_.append(except_item)

        search_every = d.pop("search_every", UNSET)

        strip_metadata = d.pop("strip_metadata", UNSET)

        def _parse_format_(data: object) -> MaskOptionsFormatType0 | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                format_type_0 = check_mask_options_format_type_0(data)

                return format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MaskOptionsFormatType0 | None | Unset, data)

        format_ = _parse_format_(d.pop("format", UNSET))

        def _parse_quality(data: object) -> int | None | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(int | None | Unset, data)

        quality = _parse_quality(d.pop("quality", UNSET))

        receipt = d.pop("receipt", UNSET)

        mask_options = cls(
            targets=targets,
            model=model,
            plan=plan,
            confidence=confidence,
            nms_threshold=nms_threshold,
            max_faces=max_faces,
            min_size=min_size,
            min_text_height=min_text_height,
            within=within,
            read=read,
            keep_audio=keep_audio,
            codec=codec,
            method=method,
            shape=shape,
            strength=strength,
            padding=padding,
            colour=colour,
            cover=cover,
            irreversible=irreversible,
            include=include,
            exclude=exclude,
            regions=regions,
            except_=except_,
            search_every=search_every,
            strip_metadata=strip_metadata,
            format_=format_,
            quality=quality,
            receipt=receipt,
        )

        return mask_options
