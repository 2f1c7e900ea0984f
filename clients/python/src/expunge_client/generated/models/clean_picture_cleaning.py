from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.clean_picture_cleaning_format_type_0 import CleanPictureCleaningFormatType0, check_clean_picture_cleaning_format_type_0
from ..models.clean_picture_cleaning_format_type_1 import CleanPictureCleaningFormatType1, check_clean_picture_cleaning_format_type_1
from ..models.clean_picture_cleaning_keep_item import CleanPictureCleaningKeepItem, check_clean_picture_cleaning_keep_item
from ..models.clean_picture_cleaning_marks_item import CleanPictureCleaningMarksItem, check_clean_picture_cleaning_marks_item
from ..models.clean_picture_cleaning_method import CleanPictureCleaningMethod, check_clean_picture_cleaning_method
from ..models.clean_picture_cleaning_mode import CleanPictureCleaningMode, check_clean_picture_cleaning_mode
from ..models.clean_picture_cleaning_model_type_0 import CleanPictureCleaningModelType0, check_clean_picture_cleaning_model_type_0
from ..models.clean_picture_cleaning_on_conflict import CleanPictureCleaningOnConflict, check_clean_picture_cleaning_on_conflict
from ..models.clean_picture_cleaning_plan import CleanPictureCleaningPlan, check_clean_picture_cleaning_plan
from ..models.clean_picture_cleaning_scope import CleanPictureCleaningScope, check_clean_picture_cleaning_scope
from ..models.clean_picture_cleaning_shape import CleanPictureCleaningShape, check_clean_picture_cleaning_shape
from ..models.clean_picture_cleaning_strength_type_1 import CleanPictureCleaningStrengthType1, check_clean_picture_cleaning_strength_type_1
from ..models.clean_picture_cleaning_targets_item import CleanPictureCleaningTargetsItem, check_clean_picture_cleaning_targets_item
from ..types import UNSET, Unset

T = TypeVar("T", bound="CleanPictureCleaning")


@_attrs_define
class CleanPictureCleaning:
    """
    Attributes:
        mode (CleanPictureCleaningMode): The mode that cleans the image.
        keep (list[CleanPictureCleaningKeepItem] | Unset): For `metadata`: Metadata to keep. `credit` is creators,
            rights and training opt-outs (`copyright` is the same), `provenance` is AI labels, the C2PA manifest and credit.
            Colour profiles always stay.
        scope (CleanPictureCleaningScope | Unset): For `metadata`: `all` removes all metadata, `ai` only traces of AI
            tools. `private` removes all but AI labels, the C2PA manifest, credit, and camera settings.
        on_conflict (CleanPictureCleaningOnConflict | Unset): For `metadata`: What to do with a C2PA manifest that was
            to stay, but does not hold for the cleaned file, and that the operator's key cannot sign again: `drop` it, or
            `refuse` the file. The report says what happened.
        receipt (bool | Unset): For `metadata`, `visible`, `mask`, `invisible`, `all`: Add a signed receipt: digests of
            both files and of their pixels, and what was removed and kept.
        marks (list[CleanPictureCleaningMarksItem] | Unset): For `visible`: The marks to search for. Default: all known
            marks. For `all`: The visible marks to search for. Default: all known marks.
        region (list[int] | Unset): For `visible`: The same as one of `regions`: [x, y, width, height] of the displayed
            image.
        regions (list[str] | Unset): For `visible`: Inpaint these regions instead of searching for marks, each
            x,y,width,height, or the x,y of three or more corners; together at most a quarter of the image. For `mask`: Hide
            these regions, too, each x,y,width,height, or the x,y of three or more corners. Without `targets`, hide nothing
            else.
        format_ (CleanPictureCleaningFormatType0 | CleanPictureCleaningFormatType1 | Unset): For `visible`, `mask`:
            Format of the result. Default: the input's format.
        quality (int | Unset): For `visible`: Quality of a lossy result that is re-encoded. Default: like the input's.
            For `mask`: Quality of a lossy result. Default: like the input's.
        targets (list[CleanPictureCleaningTargetsItem] | Unset): For `mask`: What to look for. `plates` is text that
            looks like a number plate. Default: faces.
        model (CleanPictureCleaningModelType0 | str | Unset): For `mask`: Face detector. CenterFace comes with the
            service; the operator must supply weights of the others. For `invisible`, `all`: Name of the operator's image-
            to-image model in models.toml. It replaces the built-in method; `strength` then has no effect.
        plan (CleanPictureCleaningPlan | Unset): For `mask`: `fast` searches the image twice, at up to 1,280 pixels;
            `balanced` looks closer at small faces, and at images on their side, too; `thorough` searches at full
            resolution.
        confidence (float | Unset): For `mask`: Minimum confidence. Default: 0.1, with `fast` 0.15: lower than for
            `faces`, since a missed face is worse than a stray mask.
        nms_threshold (float | Unset): For `mask`: Overlap (intersection over union) above which two boxes count as one
            face.
        max_faces (int | Unset): For `mask`: Maximum number of faces; the most confident are kept. 0: all.
        min_size (float | Unset): For `mask`: Minimum shorter side of a face's box, in pixels.
        min_text_height (float | Unset): For `mask`: Minimum height of a line of text, in pixels.
        within (list[str] | Unset): For `mask`: Look only in these regions, each x,y,width,height, or the x,y of three
            or more corners. What has its centre there counts.
        read (bool | Unset): For `mask`: Report what codes say. Text is never read.
        method (CleanPictureCleaningMethod | Unset): For `mask`: How a face is hidden. `ringfill` uses colours from
            around the face alone; `elliptical` is `gaussian` in an ellipse. Text, plates and codes are always hidden
            irreversibly: by `solid` if you choose it, else by `ringfill`.
        shape (CleanPictureCleaningShape | Unset): For `mask`: Outline of the hidden area; its edge fades outwards.
        strength (CleanPictureCleaningStrengthType1 | int | Unset): For `mask`: Scales blurs and blocks, whose size
            follows the face: 199 is normal, 1 half. For `invisible`, `all`: `low` changes the image least, `high` most.
            docs/explanation/invisible.md compares them.
        padding (float | Unset): For `mask`: Margin around a face, as a fraction of its size.
        colour (str | Unset): For `mask`: Colour of the method `solid`, as #rrggbb.
        cover (str | Unset): For `mask`: Image that the method `cover` lays over faces: a whole image file in base64.
        irreversible (bool | Unset): For `mask`: Require that nothing of a face remains: allow only `solid` and
            `ringfill`.
        include (list[int | str] | Unset): For `mask`: Hide only these: boxes of what was found, or indices of faces. A
            box in which nothing was found is hidden too. In a moving picture the index is a track's.
        exclude (list[int | str] | Unset): For `mask`: Do not hide these: boxes of what was found, or indices of faces.
        strip_metadata (bool | Unset): For `mask`: Remove all metadata. Otherwise copyright and location stay, but
            previews of hidden faces do not.
        verify (bool | Unset): For `invisible`, `all`: Search the result for the watermarks that `detect` can decode,
            and repeat at the next higher `strength` while one still decodes: up to three treatments.
    """

    mode: CleanPictureCleaningMode
    keep: list[CleanPictureCleaningKeepItem] | Unset = UNSET
    scope: CleanPictureCleaningScope | Unset = UNSET
    on_conflict: CleanPictureCleaningOnConflict | Unset = UNSET
    receipt: bool | Unset = UNSET
    marks: list[CleanPictureCleaningMarksItem] | Unset = UNSET
    region: list[int] | Unset = UNSET
    regions: list[str] | Unset = UNSET
    format_: CleanPictureCleaningFormatType0 | CleanPictureCleaningFormatType1 | Unset = UNSET
    quality: int | Unset = UNSET
    targets: list[CleanPictureCleaningTargetsItem] | Unset = UNSET
    model: CleanPictureCleaningModelType0 | str | Unset = UNSET
    plan: CleanPictureCleaningPlan | Unset = UNSET
    confidence: float | Unset = UNSET
    nms_threshold: float | Unset = UNSET
    max_faces: int | Unset = UNSET
    min_size: float | Unset = UNSET
    min_text_height: float | Unset = UNSET
    within: list[str] | Unset = UNSET
    read: bool | Unset = UNSET
    method: CleanPictureCleaningMethod | Unset = UNSET
    shape: CleanPictureCleaningShape | Unset = UNSET
    strength: CleanPictureCleaningStrengthType1 | int | Unset = UNSET
    padding: float | Unset = UNSET
    colour: str | Unset = UNSET
    cover: str | Unset = UNSET
    irreversible: bool | Unset = UNSET
    include: list[int | str] | Unset = UNSET
    exclude: list[int | str] | Unset = UNSET
    strip_metadata: bool | Unset = UNSET
    verify: bool | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        mode: str = self.mode

        keep: list[str] | Unset = UNSET
        if not isinstance(self.keep, Unset):
            keep = []
            for keep_item_data in self.keep:
                keep_item: str = keep_item_data
                keep.append(keep_item)

        scope: str | Unset = UNSET
        if not isinstance(self.scope, Unset):
            scope = self.scope

        on_conflict: str | Unset = UNSET
        if not isinstance(self.on_conflict, Unset):
            on_conflict = self.on_conflict

        receipt = self.receipt

        marks: list[str] | Unset = UNSET
        if not isinstance(self.marks, Unset):
            marks = []
            for marks_item_data in self.marks:
                marks_item: str = marks_item_data
                marks.append(marks_item)

        region: list[int] | Unset = UNSET
        if not isinstance(self.region, Unset):
            region = self.region

        regions: list[str] | Unset = UNSET
        if not isinstance(self.regions, Unset):
            regions = self.regions

        format_: str | Unset
        if isinstance(self.format_, Unset):
            format_ = UNSET
        elif isinstance(self.format_, str):
            format_ = self.format_
        else:
            format_ = self.format_

        quality = self.quality

        targets: list[str] | Unset = UNSET
        if not isinstance(self.targets, Unset):
            targets = []
            for targets_item_data in self.targets:
                targets_item: str = targets_item_data
                targets.append(targets_item)

        model: str | Unset
        if isinstance(self.model, Unset):
            model = UNSET
        elif isinstance(self.model, str):
            model = self.model
        else:
            model = self.model

        plan: str | Unset = UNSET
        if not isinstance(self.plan, Unset):
            plan = self.plan

        confidence = self.confidence

        nms_threshold = self.nms_threshold

        max_faces = self.max_faces

        min_size = self.min_size

        min_text_height = self.min_text_height

        within: list[str] | Unset = UNSET
        if not isinstance(self.within, Unset):
            within = self.within

        read = self.read

        method: str | Unset = UNSET
        if not isinstance(self.method, Unset):
            method = self.method

        shape: str | Unset = UNSET
        if not isinstance(self.shape, Unset):
            shape = self.shape

        strength: int | str | Unset
        if isinstance(self.strength, Unset):
            strength = UNSET
        elif isinstance(self.strength, str):
            strength = self.strength
        else:
            strength = self.strength

        padding = self.padding

        colour = self.colour

        cover = self.cover

        irreversible = self.irreversible

        include: list[int | str] | Unset = UNSET
        if not isinstance(self.include, Unset):
            include = []
            for include_item_data in self.include:
                include_item: int | str
                include_item = include_item_data
                include.append(include_item)

        exclude: list[int | str] | Unset = UNSET
        if not isinstance(self.exclude, Unset):
            exclude = []
            for exclude_item_data in self.exclude:
                exclude_item: int | str
                exclude_item = exclude_item_data
                exclude.append(exclude_item)

        strip_metadata = self.strip_metadata

        verify = self.verify

        field_dict: dict[str, Any] = {}

        field_dict.update({"mode": mode})
        if keep is not UNSET:
            field_dict["keep"] = keep
        if scope is not UNSET:
            field_dict["scope"] = scope
        if on_conflict is not UNSET:
            field_dict["on_conflict"] = on_conflict
        if receipt is not UNSET:
            field_dict["receipt"] = receipt
        if marks is not UNSET:
            field_dict["marks"] = marks
        if region is not UNSET:
            field_dict["region"] = region
        if regions is not UNSET:
            field_dict["regions"] = regions
        if format_ is not UNSET:
            field_dict["format"] = format_
        if quality is not UNSET:
            field_dict["quality"] = quality
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
        if strip_metadata is not UNSET:
            field_dict["strip_metadata"] = strip_metadata
        if verify is not UNSET:
            field_dict["verify"] = verify

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        mode = check_clean_picture_cleaning_mode(d.pop("mode"))

        _keep = d.pop("keep", UNSET)
        keep: list[CleanPictureCleaningKeepItem] | Unset = UNSET
        if _keep is not UNSET:
            keep = []
            for keep_item_data in _keep:
                keep_item = check_clean_picture_cleaning_keep_item(keep_item_data)

                keep.append(keep_item)

        _scope = d.pop("scope", UNSET)
        scope: CleanPictureCleaningScope | Unset
        if isinstance(_scope, Unset):
            scope = UNSET
        else:
            scope = check_clean_picture_cleaning_scope(_scope)

        _on_conflict = d.pop("on_conflict", UNSET)
        on_conflict: CleanPictureCleaningOnConflict | Unset
        if isinstance(_on_conflict, Unset):
            on_conflict = UNSET
        else:
            on_conflict = check_clean_picture_cleaning_on_conflict(_on_conflict)

        receipt = d.pop("receipt", UNSET)

        _marks = d.pop("marks", UNSET)
        marks: list[CleanPictureCleaningMarksItem] | Unset = UNSET
        if _marks is not UNSET:
            marks = []
            for marks_item_data in _marks:
                marks_item = check_clean_picture_cleaning_marks_item(marks_item_data)

                marks.append(marks_item)

        region = cast(list[int], d.pop("region", UNSET))

        regions = cast(list[str], d.pop("regions", UNSET))

        def _parse_format_(data: object) -> CleanPictureCleaningFormatType0 | CleanPictureCleaningFormatType1 | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                format_type_0 = check_clean_picture_cleaning_format_type_0(data)

                return format_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            if not isinstance(data, str):
                raise TypeError()
            format_type_1 = check_clean_picture_cleaning_format_type_1(data)

            return format_type_1

        format_ = _parse_format_(d.pop("format", UNSET))

        quality = d.pop("quality", UNSET)

        _targets = d.pop("targets", UNSET)
        targets: list[CleanPictureCleaningTargetsItem] | Unset = UNSET
        if _targets is not UNSET:
            targets = []
            for targets_item_data in _targets:
                targets_item = check_clean_picture_cleaning_targets_item(targets_item_data)

                targets.append(targets_item)

        def _parse_model(data: object) -> CleanPictureCleaningModelType0 | str | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                model_type_0 = check_clean_picture_cleaning_model_type_0(data)

                return model_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CleanPictureCleaningModelType0 | str | Unset, data)

        model = _parse_model(d.pop("model", UNSET))

        _plan = d.pop("plan", UNSET)
        plan: CleanPictureCleaningPlan | Unset
        if isinstance(_plan, Unset):
            plan = UNSET
        else:
            plan = check_clean_picture_cleaning_plan(_plan)

        confidence = d.pop("confidence", UNSET)

        nms_threshold = d.pop("nms_threshold", UNSET)

        max_faces = d.pop("max_faces", UNSET)

        min_size = d.pop("min_size", UNSET)

        min_text_height = d.pop("min_text_height", UNSET)

        within = cast(list[str], d.pop("within", UNSET))

        read = d.pop("read", UNSET)

        _method = d.pop("method", UNSET)
        method: CleanPictureCleaningMethod | Unset
        if isinstance(_method, Unset):
            method = UNSET
        else:
            method = check_clean_picture_cleaning_method(_method)

        _shape = d.pop("shape", UNSET)
        shape: CleanPictureCleaningShape | Unset
        if isinstance(_shape, Unset):
            shape = UNSET
        else:
            shape = check_clean_picture_cleaning_shape(_shape)

        def _parse_strength(data: object) -> CleanPictureCleaningStrengthType1 | int | Unset:
            if isinstance(data, Unset):
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                strength_type_1 = check_clean_picture_cleaning_strength_type_1(data)

                return strength_type_1
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(CleanPictureCleaningStrengthType1 | int | Unset, data)

        strength = _parse_strength(d.pop("strength", UNSET))

        padding = d.pop("padding", UNSET)

        colour = d.pop("colour", UNSET)

        cover = d.pop("cover", UNSET)

        irreversible = d.pop("irreversible", UNSET)

        _include = d.pop("include", UNSET)
        include: list[int | str] | Unset = UNSET
        if _include is not UNSET:
            include = []
            for include_item_data in _include:

                def _parse_include_item(data: object) -> int | str:
                    return cast(int | str, data)

                include_item = _parse_include_item(include_item_data)

                include.append(include_item)

        _exclude = d.pop("exclude", UNSET)
        exclude: list[int | str] | Unset = UNSET
        if _exclude is not UNSET:
            exclude = []
            for exclude_item_data in _exclude:

                def _parse_exclude_item(data: object) -> int | str:
                    return cast(int | str, data)

                exclude_item = _parse_exclude_item(exclude_item_data)

                exclude.append(exclude_item)

        strip_metadata = d.pop("strip_metadata", UNSET)

        verify = d.pop("verify", UNSET)

        clean_picture_cleaning = cls(
            mode=mode,
            keep=keep,
            scope=scope,
            on_conflict=on_conflict,
            receipt=receipt,
            marks=marks,
            region=region,
            regions=regions,
            format_=format_,
            quality=quality,
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
            method=method,
            shape=shape,
            strength=strength,
            padding=padding,
            colour=colour,
            cover=cover,
            irreversible=irreversible,
            include=include,
            exclude=exclude,
            strip_metadata=strip_metadata,
            verify=verify,
        )

        return clean_picture_cleaning
