from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.c2_pa_section import C2PaSection
    from ..models.exif_section import ExifSection
    from ..models.icc_section import IccSection
    from ..models.metadata_section_exif_ai_tags_type_0 import MetadataSectionExifAiTagsType0
    from ..models.metadata_section_png_text_chunks_type_0 import MetadataSectionPngTextChunksType0
    from ..models.movie_section import MovieSection
    from ..models.presence import Presence
    from ..models.xmp_section import XmpSection


T = TypeVar("T", bound="MetadataSection")


@_attrs_define
class MetadataSection:
    """The kinds of metadata, and the most requested fields.

    Attributes:
        c2pa (C2PaSection): The C2PA manifest store.
        exif (ExifSection): EXIF.
        xmp (XmpSection): XMP.
        iptc (Presence): Whether the file has metadata of a kind.
        photoshop (Presence): Whether the file has metadata of a kind.
        icc (IccSection): The colour profile.
        exif_ai_tags (MetadataSectionExifAiTagsType0 | None):
        png_text_chunks (MetadataSectionPngTextChunksType0 | None):
        movie (MovieSection | None):
        xmp_digital_source_type (None | str):
        orientation (int | None):
        second_pictures (int):
    """

    c2pa: C2PaSection
    exif: ExifSection
    xmp: XmpSection
    iptc: Presence
    photoshop: Presence
    icc: IccSection
    exif_ai_tags: MetadataSectionExifAiTagsType0 | None
    png_text_chunks: MetadataSectionPngTextChunksType0 | None
    movie: MovieSection | None
    xmp_digital_source_type: None | str
    orientation: int | None
    second_pictures: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.metadata_section_exif_ai_tags_type_0 import (
            MetadataSectionExifAiTagsType0,  # noqa: PLC0415
        )
        from ..models.metadata_section_png_text_chunks_type_0 import (
            MetadataSectionPngTextChunksType0,  # noqa: PLC0415
        )
        from ..models.movie_section import MovieSection  # noqa: PLC0415

        c2pa = self.c2pa.to_dict()

        exif = self.exif.to_dict()

        xmp = self.xmp.to_dict()

        iptc = self.iptc.to_dict()

        photoshop = self.photoshop.to_dict()

        icc = self.icc.to_dict()

        exif_ai_tags: dict[str, Any] | None
        if isinstance(self.exif_ai_tags, MetadataSectionExifAiTagsType0):
            exif_ai_tags = self.exif_ai_tags.to_dict()
        else:
            exif_ai_tags = self.exif_ai_tags

        png_text_chunks: dict[str, Any] | None
        if isinstance(self.png_text_chunks, MetadataSectionPngTextChunksType0):
            png_text_chunks = self.png_text_chunks.to_dict()
        else:
            png_text_chunks = self.png_text_chunks

        movie: dict[str, Any] | None
        if isinstance(self.movie, MovieSection):
            movie = self.movie.to_dict()
        else:
            movie = self.movie

        xmp_digital_source_type: None | str
        xmp_digital_source_type = self.xmp_digital_source_type

        orientation: int | None
        orientation = self.orientation

        second_pictures = self.second_pictures

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "c2pa": c2pa,
                "exif": exif,
                "xmp": xmp,
                "iptc": iptc,
                "photoshop": photoshop,
                "icc": icc,
                "exif_ai_tags": exif_ai_tags,
                "png_text_chunks": png_text_chunks,
                "movie": movie,
                "xmp_digital_source_type": xmp_digital_source_type,
                "orientation": orientation,
                "second_pictures": second_pictures,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.c2_pa_section import C2PaSection  # noqa: PLC0415
        from ..models.exif_section import ExifSection  # noqa: PLC0415
        from ..models.icc_section import IccSection  # noqa: PLC0415
        from ..models.metadata_section_exif_ai_tags_type_0 import (
            MetadataSectionExifAiTagsType0,  # noqa: PLC0415
        )
        from ..models.metadata_section_png_text_chunks_type_0 import (
            MetadataSectionPngTextChunksType0,  # noqa: PLC0415
        )
        from ..models.movie_section import MovieSection  # noqa: PLC0415
        from ..models.presence import Presence  # noqa: PLC0415
        from ..models.xmp_section import XmpSection  # noqa: PLC0415

        d = dict(src_dict)
        c2pa = C2PaSection.from_dict(d.pop("c2pa"))

        exif = ExifSection.from_dict(d.pop("exif"))

        xmp = XmpSection.from_dict(d.pop("xmp"))

        iptc = Presence.from_dict(d.pop("iptc"))

        photoshop = Presence.from_dict(d.pop("photoshop"))

        icc = IccSection.from_dict(d.pop("icc"))

        def _parse_exif_ai_tags(data: object) -> MetadataSectionExifAiTagsType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                exif_ai_tags_type_0 = MetadataSectionExifAiTagsType0.from_dict(data)

                return exif_ai_tags_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MetadataSectionExifAiTagsType0 | None, data)

        exif_ai_tags = _parse_exif_ai_tags(d.pop("exif_ai_tags"))

        def _parse_png_text_chunks(data: object) -> MetadataSectionPngTextChunksType0 | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                png_text_chunks_type_0 = MetadataSectionPngTextChunksType0.from_dict(data)

                return png_text_chunks_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MetadataSectionPngTextChunksType0 | None, data)

        png_text_chunks = _parse_png_text_chunks(d.pop("png_text_chunks"))

        def _parse_movie(data: object) -> MovieSection | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                movie_type_0 = MovieSection.from_dict(data)

                return movie_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(MovieSection | None, data)

        movie = _parse_movie(d.pop("movie"))

        def _parse_xmp_digital_source_type(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        xmp_digital_source_type = _parse_xmp_digital_source_type(d.pop("xmp_digital_source_type"))

        def _parse_orientation(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        orientation = _parse_orientation(d.pop("orientation"))

        second_pictures = d.pop("second_pictures")

        metadata_section = cls(
            c2pa=c2pa,
            exif=exif,
            xmp=xmp,
            iptc=iptc,
            photoshop=photoshop,
            icc=icc,
            exif_ai_tags=exif_ai_tags,
            png_text_chunks=png_text_chunks,
            movie=movie,
            xmp_digital_source_type=xmp_digital_source_type,
            orientation=orientation,
            second_pictures=second_pictures,
        )

        metadata_section.additional_properties = d
        return metadata_section

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
