"""The rule table: classifies facts as AI provenance, private, authorship or technical.

Detect, strip with ``scope: ai``, the rescan and ``docs/reference/metadata.md`` use this table. A
new rule is one line here and one sample in its test.

A rule applies to *places* (``reader:key``, case-insensitive; a trailing ``*`` matches any rest).
It may also require that the value matches a pattern. The first rule that applies to a fact
decides. So special rules precede general ones, and each reader's last rule matches everything.
"""
# One rule per line: wide, and aligned manually.
# ruff: noqa: E501

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from expunge.imaging.provenance.fact import UNREADABLE, Category, Kept
from expunge.imaging.provenance.harmless import NUMBERS, PROJECTION, SETTINGS

if TYPE_CHECKING:
    from expunge.imaging.provenance.fact import Fact


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the table.

    Attributes
    ----------
    id
        Stable name, shown in findings.
    where
        Places, separated by spaces.
    value
        Regular expression, searched in the lower-case value; ``""`` matches any value. One
        conversion to lower case is many times faster than case-insensitive matching.
    category, confidence
        The meaning of a match, and its certainty (0–1).
    tool
        The product that a match identifies, or ``""``.
    source
        Origin of the rule: a specification, a program's code, or public samples.
    kept
        The reasons to keep such a field in spite of its category.
    """

    id: str
    where: str
    value: str
    category: Category
    confidence: float
    tool: str
    source: str
    kept: Kept = Kept.NONE

    def takes(self, lowered: str) -> bool:
        """Whether the rule's pattern matches a lower-case value."""
        return not self.value or _compiled(self.value).search(lowered) is not None


def places(where: str) -> tuple[str, ...]:
    """Split a rule's ``where`` into places. ``␣`` means a space inside a key."""
    return tuple(place.replace("␣", " ") for place in where.split())


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A rule's pattern, compiled on first use, because a process needs few of them."""
    return re.compile(pattern)


AI, PRIVATE, AUTHOR, TECH = Category.AI, Category.PRIVATE, Category.AUTHORSHIP, Category.TECHNICAL
LABEL, MANIFEST, CREDIT, OPT_OUT = Kept.LABEL, Kept.MANIFEST, Kept.CREDIT, Kept.OPT_OUT
CAPTION, SETTING, PANORAMA = Kept.CAPTION, Kept.SETTING, Kept.PANORAMA

READERS = ("exif", "xmp", "iptc", "photoshop", "text", "comment", "tc260", "c2pa", "trailer", "vendor", "stealth", "thumbnail", "movie")  # fmt: skip

# Fields in which a program writes its own name.
SOFTWARE = (
    "exif:Software exif:ProcessingSoftware exif:ImageEditingSoftware exif:RAWDevelopingSoftware "
    "exif:MetadataEditingSoftware text:Software text:Source "
    "text:exif:Software text:xmp:CreatorTool xmp:xmp:CreatorTool xmp:tiff:Software xmp:tiff:Make "
    "xmp:photoshop:Credit xmp:stEvt:softwareAgent xmp:Iptc4xmpExt:AISystemUsed "
    "iptc:OriginatingProgram iptc:Credit "
    "movie:©too movie:©swr movie:©enc movie:©mak movie:encoder movie:software movie:MuxingApp movie:WritingApp "
    "movie:com.apple.quicktime.software movie:com.apple.quicktime.make movie:EncoderName movie:HandlerName"
)
# Fields for the name of a person, camera or image. Only names that none of these can have count.
CREDITS = "exif:Make exif:Model exif:Artist exif:Copyright xmp:dc:creator xmp:dc:rights xmp:dc:title text:Author text:Title iptc:Byline"
# Fields that name a product in a C2PA manifest store.
CLAIMS = "c2pa:claim_generator c2pa:signer c2pa:softwareAgent"
PRODUCERS = "tc260:ContentProducer tc260:ContentPropagator"
NAMES = f"{SOFTWARE} {CLAIMS} {PRODUCERS}"
UNMISTAKABLE = f"{NAMES} {CREDITS} comment:Comment"
# Fields in which people and programs write free text.
PROSE = (
    "exif:UserComment exif:ImageDescription exif:XPComment exif:XPTitle exif:XPSubject exif:Make "
    "exif:Model exif:Software exif:Artist exif:Copyright exif:DocumentName exif:MakerNote "
    "xmp:exif:UserComment xmp:dc:description xmp:dc:title xmp:tiff:ImageDescription "
    "xmp:photoshop:Instructions iptc:Caption iptc:SpecialInstructions comment:Comment text:* vendor:* trailer:* movie:*"
)
SOURCE_TYPE = (
    "xmp:Iptc4xmpExt:DigitalSourceType xmp:Iptc4xmpExt:DigitalSourcefileType "
    "xmp:photoshop:DigitalSourceType xmp:plus:DigitalSourceType xmp:dc:type "
    "text:xmp:DigitalSourceType text:Iptc4xmpExt:DigitalSourceType c2pa:digitalSourceType "
    "movie:DIGITAL_SOURCE_TYPE"
)

SOURCE_TYPES = (
    "digitalcapture|computationalcapture|negativefilm|positivefilm|print|humanedits|"
    "algorithmicallyenhanced|digitalcreation|datadrivenmedia|screencapture|virtualrecording|"
    "composite|compositecapture"
)
"""The terms of the vocabulary that name no AI, beside ``algorithmicMedia``. Of these,
``composite`` and ``algorithmicallyEnhanced`` leave it open."""
RETIRED_TYPES = "minorhumanedits|softwareimage|digitalart"

PLACES = {
    "free text": PROSE,
    "source types": SOURCE_TYPE,
    "unmistakable names": UNMISTAKABLE,
    "names of programs": NAMES,
    "claims": CLAIMS,
    "settings": SETTINGS,
    "projection": PROJECTION,
}
"""Groups of places that many rules share. Larger groups precede those that they contain."""

# fmt: off
EXIF, IIM, XMP = "Exif 3.0 (CIPA DC-008-2023)", "IPTC-IIM 4.2", "XMP specification part 2 (ISO 16684-1)"
IPTC, CODES = "IPTC Photo Metadata Standard 2025.1", "IPTC NewsCodes, digitalsourcetype (2024-10-23)"
PNG, C2PA = "PNG specification, third edition, 11.3.3", "C2PA Technical Specification 2.2"
GB, SEEN = "GB 45438-2025 and TC260-PG-20252A", "public samples"
A1111, COMFY = "AUTOMATIC1111/stable-diffusion-webui, modules/images.py", "comfyanonymous/ComfyUI, nodes.py"
COMFY_EXT = "ComfyUI nodes that save JPEG and WebP"
INVOKE, NAME = "invoke-ai/InvokeAI, metadata of saved images", "the product's own name; no sample seen"
NAI, EASY = "NovelAI/novelai-image-metadata", "easydiffusion/easydiffusion, metadata settings"
FOOOCUS, SWARM = "lllyasviel/Fooocus, modules/meta_parser.py", "mcmonkeyprojects/SwarmUI, image metadata"
STEALTH = "ashen-sensored/sd_webui_stealth_pnginfo"
QT, TGPP = "QuickTime File Format (Apple), metadata keys", "3GPP TS 26.244"
SEF = "Samsung SEF trailers in public samples"
GPANO = "Photo Sphere XMP Metadata (Google)"
MS, MWG = "Microsoft Photo schema and People tagging", "Metadata Working Group guidelines 2.0"
UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

RULES = (
    Rule("unreadable", " ".join(f"{reader}:{UNREADABLE}" for reader in READERS), "", TECH, 1.0, "", "the reader itself"),

    # Statements on the image's origin: IPTC, C2PA, the Chinese label, this service's own.
    Rule("own-label", "xmp:expunge:Label movie:EXPUNGE_LABEL", r"^expunge [0-9]", AI, 1.0, "expunge", "the label of this service"),
    Rule("source-trained", SOURCE_TYPE, r"(^|[/:])trainedalgorithmic(media|data)$", AI, 0.99, "", CODES),
    Rule("source-composite-trained", SOURCE_TYPE, r"(^|[/:])compositewithtrainedalgorithmicmedia$", AI, 0.99, "", CODES),
    Rule("source-composite-synthetic", SOURCE_TYPE, r"(^|[/:])compositesynthetic$", AI, 0.95, "", CODES),
    Rule("source-algorithmic", SOURCE_TYPE, r"(^|[/:])algorithmicmedia$", TECH, 1.0, "", CODES, LABEL),
    Rule("source-known", SOURCE_TYPE.replace(" xmp:dc:type", ""), rf"(^|[/:])({SOURCE_TYPES})$", TECH, 1.0, "", CODES, LABEL),
    Rule("source-retired", SOURCE_TYPE.replace(" xmp:dc:type", ""), rf"(^|[/:])({RETIRED_TYPES})$", TECH, 1.0, "", CODES, LABEL),
    Rule("source-other", SOURCE_TYPE.replace(" xmp:dc:type", ""), "", TECH, 1.0, "", CODES, LABEL),
    Rule("tc260-label-certain", "tc260:Label", r"^1$", AI, 0.99, "", GB),
    Rule("tc260-label-possible", "tc260:Label", r"^2$", AI, 0.7, "", GB),
    Rule("tc260-label-suspected", "tc260:Label", r"^3$", AI, 0.5, "", GB),

    # Names of programs and services.
    Rule("openai", UNMISTAKABLE, r"\bopen-?ai\b|chatgpt|dall[\s·\-_.]?e\b|\bgpt-?4o\b|gpt-image", AI, 0.95, "OpenAI", SEEN),
    Rule("openai-sora", NAMES, r"\bsora\b", AI, 0.9, "OpenAI", NAME),
    Rule("google-ai-edited", NAMES, r"edited with google ai|magic editor", AI, 0.95, "Google AI", IPTC + "; " + SEEN),
    Rule("google-ai", NAMES, r"(made|created) with google ai|\bgemini\b|\bimagen\b|nano.?banana|pixel studio|imagefx|google (generative|ai\b)", AI, 0.95, "Google AI", IPTC + "; " + SEEN),
    Rule("firefly", NAMES, r"firefly", AI, 0.95, "Adobe Firefly", SEEN),
    Rule("ms-designer", NAMES, r"microsoft[\s_]*(designer|copilot|responsible[\s_]*ai|bing)|bing image creator|image creator", AI, 0.95, "Microsoft Designer", SEEN),
    Rule("dreamstudio", NAMES, r"dream\s?studio|stability[\s_.]*ai|stable image (ultra|core)", AI, 0.95, "Stability AI", SEEN),
    Rule("black-forest", NAMES, r"black[\s_]*forest[\s_]*labs|\bflux\.?1|\bflux[\s_]*(pro|dev|schnell|kontext)", AI, 0.95, "Black Forest Labs", SEEN),
    Rule("comfyui", UNMISTAKABLE, r"comfy\s?ui", AI, 0.95, "ComfyUI", COMFY),
    Rule("novelai", UNMISTAKABLE, r"novel\s?ai", AI, 0.97, "NovelAI", NAI),
    Rule("invokeai", NAMES, r"invoke\s?ai|\binvoke-ai\b", AI, 0.97, "InvokeAI", INVOKE),
    Rule("fooocus", NAMES, r"fooocus", AI, 0.97, "Fooocus", FOOOCUS),
    Rule("easy-diffusion", NAMES, r"easy\s?diffusion|cmdr2", AI, 0.95, "Easy Diffusion", EASY),
    Rule("swarmui", NAMES, r"swarm\s?ui", AI, 0.95, "SwarmUI", SWARM),
    Rule("draw-things", NAMES, r"draw things", AI, 0.95, "Draw Things", NAME),
    Rule("mochi-diffusion", NAMES + " " + PROSE, r"mochi diffusion", AI, 0.95, "Mochi Diffusion", "MochiDiffusion/MochiDiffusion"),
    Rule("image-playground", NAMES, r"image playground", AI, 0.95, "Apple Image Playground", NAME),
    Rule("midjourney", UNMISTAKABLE, r"mid\s?journey", AI, 0.95, "Midjourney", SEEN),
    Rule("ideogram", UNMISTAKABLE, r"ideogram", AI, 0.95, "Ideogram", SEEN),
    Rule("leonardo", NAMES, r"leonardo[\s.]*ai", AI, 0.95, "Leonardo AI", NAME),
    Rule("bytedance", NAMES, r"volc\s?engine|dreamina|jimeng|doubao|seedream|bytedance|即梦|豆包", AI, 0.95, "ByteDance", SEEN),
    Rule("alibaba", NAMES, r"\bqwen|tongyi|\bwan\s?2|通义|wanx", AI, 0.95, "Alibaba Qwen", NAME),
    Rule("tencent", NAMES, r"hunyuan|yuanbao|腾讯元宝|混元", AI, 0.95, "Tencent Hunyuan", NAME),
    Rule("kling", NAMES, r"\bkling|kuaishou|可灵", AI, 0.95, "Kling", NAME),
    Rule("baidu", PRODUCERS, r"wenxin|ernie|文心|百度", AI, 0.9, "Baidu", NAME),
    Rule("liblib", NAMES, r"lib\s?lib", AI, 0.95, "LibLib", NAME),
    Rule("xai", NAMES, r"\bx\.?ai\b|\bgrok\b|\baurora image", AI, 0.95, "xAI Grok", SEEN),
    Rule("bedrock", NAMES, r"bedrock|amazon titan|amazon nova|titan image", AI, 0.95, "Amazon Bedrock", SEEN),
    Rule("runway", NAMES, r"runway\s?ml|\brunway\b", AI, 0.95, "Runway", SEEN),
    Rule("recraft", NAMES, r"\brecraft", AI, 0.95, "Recraft", SEEN),
    Rule("bria", NAMES, r"\bbria([\s_.]?ai)?\b", AI, 0.95, "Bria", SEEN),
    Rule("fal", NAMES, r"\bfal\.ai\b|^fal\b|features and labels", AI, 0.95, "fal", SEEN),
    Rule("krea", NAMES, r"\bkrea([\s.]?ai)?\b", AI, 0.9, "Krea", NAME),
    Rule("playground-ai", NAMES, r"playground\s?(ai|v2|v3)\b", AI, 0.9, "Playground", NAME),
    Rule("night-cafe", NAMES, r"night\s?cafe", AI, 0.95, "NightCafe", NAME),
    Rule("civitai", NAMES, r"civitai", AI, 0.95, "Civitai", SEEN),
    Rule("meta-ai", NAMES, r"(made|imagined?|created) with (meta )?ai\b|\bmeta ai\b", AI, 0.95, "Meta AI", NAME),
    Rule("topaz", NAMES, r"topaz", AI, 0.6, "Topaz", SEEN),
    Rule("ai-made-by-words", UNMISTAKABLE, r"\bai[\s-]generated\b|generated (by|with) (an? )?ai\b|ai generated image|stable[\s_-]?diffusion", AI, 0.9, "", SEEN),

    # Names of cameras, editors and signing certificates, which do not imply AI.
    Rule("claim-google", CLAIMS, r"\bgoogle\b|\bpixel\b", AUTHOR, 0.9, "Google", SEEN),
    Rule("claim-adobe", CLAIMS, r"\badobe\b|photoshop|lightroom", AUTHOR, 0.9, "Adobe", SEEN),
    Rule("claim-microsoft", CLAIMS, r"\bmicrosoft\b", AUTHOR, 0.9, "Microsoft", SEEN),
    Rule("claim-canva", CLAIMS, r"\bcanva\b", AUTHOR, 0.9, "Canva", SEEN),
    Rule("claim-samsung", CLAIMS, r"samsung|galaxy", AUTHOR, 0.9, "Samsung", SEEN),
    Rule("claim-leica", CLAIMS, r"leica", AUTHOR, 0.9, "Leica", SEEN),
    Rule("claim-nikon", CLAIMS, r"nikon", AUTHOR, 0.9, "Nikon", SEEN),
    Rule("claim-sony", CLAIMS, r"\bsony\b", AUTHOR, 0.9, "Sony", SEEN),
    Rule("claim-canon", CLAIMS, r"\bcanon\b", AUTHOR, 0.9, "Canon", NAME),
    Rule("claim-fujifilm", CLAIMS, r"fuji\s?film", AUTHOR, 0.9, "Fujifilm", NAME),
    Rule("claim-truepic", CLAIMS, r"truepic", AUTHOR, 0.9, "Truepic", SEEN),
    Rule("c2pa-watermarked", "c2pa:action", r"^c2pa\.watermarked(\.|$)", TECH, 1.0, "", C2PA),
    Rule("c2pa-remote", "xmp:dcterms:provenance", r"^https?://", AUTHOR, 0.9, "", C2PA, MANIFEST),
    Rule("c2pa-pointer", "xmp:dcterms:provenance", "", TECH, 0.9, "", C2PA, MANIFEST),
    Rule("c2pa-statement", "c2pa:claim_generator c2pa:signer", "", AUTHOR, 0.9, "", C2PA),
    Rule("c2pa-other", "c2pa:*", "", TECH, 0.9, "", C2PA),

    # Generation parameters, by the form of the value.
    Rule("civitai-resources", PROSE, r'"resource-stack"|civitai (resources|metadata):', AI, 0.97, "Civitai", SEEN),
    Rule("comfyui-prompt", PROSE, r'"class_type"\s*:\s*"', AI, 0.99, "ComfyUI", COMFY),
    Rule("comfyui-workflow", PROSE, r'"(last_node_id|last_link_id)"\s*:|"nodes"\s*:\s*\[', AI, 0.98, "ComfyUI", COMFY),
    Rule("comfyui-make-model", "exif:Make exif:Model exif:ImageDescription", r"^(prompt|workflow)\s*:\s*\{", AI, 0.98, "ComfyUI", COMFY_EXT),
    Rule("swarm-params", PROSE + " text:sui_image_params", r'"sui_image_params"', AI, 0.99, "SwarmUI", SWARM),
    Rule("swarm-key", "text:sui_image_params", "", AI, 0.98, "SwarmUI", SWARM),
    Rule("fooocus-params", PROSE, r'"(metadata_)?scheme"\s*:\s*"(fooocus|a1111)"|fooocus v\d|"refiner_model"\s*:', AI, 0.98, "Fooocus", FOOOCUS),
    Rule("fooocus-key", "text:fooocus_scheme", "", AI, 0.98, "Fooocus", FOOOCUS),
    Rule("invoke-params", PROSE, r'"app_version"\s*:\s*"[^"]{0,40}invoke|"model_weights"\s*:|invokeai', AI, 0.97, "InvokeAI", INVOKE),
    Rule("invoke-keys", "text:invokeai_metadata text:invokeai_graph text:invokeai_workflow text:sd-metadata", "", AI, 0.98, "InvokeAI", INVOKE),
    Rule("dream-key", "text:Dream", "", AI, 0.95, "InvokeAI", INVOKE),
    Rule("novelai-params", PROSE, r'(?s)^\s*\{(?=.*"(uc|uncond_scale|sm_dyn|n_samples|v4_prompt)"\s*:)(?=.*"(sampler|steps|scale)"\s*:)', AI, 0.97, "NovelAI", NAI),
    Rule("novelai-prompt", "text+novelai:*", "", AI, 0.95, "NovelAI", NAI),
    Rule("novelai-time", "text:Generation␣time text:generation_time", "", AI, 0.8, "", NAI),
    Rule("draw-things-params", PROSE, r'(?s)^\s*\{(?=.*"v2"\s*:\s*\{)(?=.*"(uc|sampler|steps|scale)"\s*:)', AI, 0.9, "Draw Things", SEEN),
    Rule("a1111-parameters", PROSE, r"steps: \d+, (size|sampler|schedule|seed|cfg)|(^|\n)negative prompt: ", AI, 0.98, "Stable Diffusion web UI", A1111),
    Rule("easy-diffusion-params", PROSE, r'"use_stable_diffusion_model"|use_stable_diffusion_model:', AI, 0.97, "Easy Diffusion", EASY),
    Rule("easy-diffusion-key", "text:use_stable_diffusion_model text:Stable␣Diffusion␣model text:use_vae_model", "", AI, 0.97, "Easy Diffusion", EASY),
    Rule("midjourney-job", PROSE, rf"job id: {UUID}", AI, 0.97, "Midjourney", SEEN),
    Rule("midjourney-flags", PROSE, r"\s--(ar \d+:\d+|v \d[\d.]*|niji \d|stylize \d+|s \d+)\s--(ar|v|niji|stylize|s|q|style|chaos|raw|profile)\b", AI, 0.8, "Midjourney", SEEN),
    Rule("midjourney-guid", "xmp:Iptc4xmpExt:DigImageGUID", "", AI, 0.5, "", IPTC + "; " + SEEN),
    Rule("grok-signature", PROSE, r"^signature:\s*[a-z0-9+/]{40,}={0,2}", AI, 0.9, "xAI Grok", SEEN),
    Rule("civitai-artist", "exif:Artist", r"^ai$", AI, 0.7, "Civitai", SEEN),
    Rule("job-uuid", "exif:Artist exif:Software", rf"^{UUID}$", AI, 0.6, "", SEEN),
    Rule("bytedance-aigc-info", PROSE, r"aigc_info", AI, 0.97, "ByteDance", SEEN),
    Rule("tc260-in-text", PROSE + " text:AIGC", r'contentproducer|contentpropagator|produceid|"aigc\\?"\s*:', AI, 0.95, "", GB),
    Rule("tc260-xmp", "xmp:TC260:AIGC xmp:TC260:*", "", AI, 0.95, "", GB),
    Rule("tc260-png", "text:AIGC movie:AIGC", "", AI, 0.95, "", GB),
    Rule("tc260-field", "tc260:*", "", AI, 0.95, "", GB),
    Rule("ai-generated-words", PROSE, r"ai[\s-]generated\b|generated (by|with|using) (an? )?(ai|artificial intelligence)\b|made with (google |meta )?ai\b|ai生成|人工智能生成", AI, 0.8, "", SEEN),

    # Generation parameters, by the key alone.
    Rule("png-parameters", "text:parameters text:postprocessing text:extras", "", AI, 0.9, "Stable Diffusion web UI", A1111),
    Rule("png-prompt", "text:prompt text:workflow text:comfyui text:negative_prompt text:Negative␣Prompt text:original_prompt", "", AI, 0.85, "", COMFY),
    Rule("png-sd-keys", "text:sd:* text:SD:mode text:StableDiffusionVersion text:generation_data text:ai_metadata", "", AI, 0.95, "Stable Diffusion", SEEN),
    Rule("png-hf-job", "text:hf-job-id", "", AI, 0.8, "", SEEN + "; of a hosting service"),
    Rule("png-model-hash", "text:Model␣hash text:sampler text:cfg_scale text:guidance_scale text:num_inference_steps text:sampler_name", "", AI, 0.85, "", SEEN),
    Rule("png-seed", "text:Seed text+parameters:Model", "", AI, 0.6, "", SEEN),
    Rule("iptc-ai-system", "xmp:Iptc4xmpExt:AISystemUsed xmp:Iptc4xmpExt:AISystemVersionUsed", "", AI, 0.97, "", IPTC),
    Rule("iptc-ai-prompt", "xmp:Iptc4xmpExt:AIPromptInformation xmp:Iptc4xmpExt:AIPromptWriterName", "", AI, 0.97, "", IPTC),
    Rule("stealth-parameters", "stealth:*", "", AI, 0.99, "Stable Diffusion web UI or NovelAI", STEALTH),
    Rule("samsung-genai", "trailer:genAIType vendor:genAIType text:genAIType", r"^[1-9]", AI, 0.97, "Samsung Galaxy AI", SEF),
    Rule("samsung-no-genai", "trailer:genAIType vendor:genAIType text:genAIType", "", TECH, 0.97, "", SEF),

    # Private: place, time, individual device, people.
    Rule("exif-gps", "exif:GPS*", "", PRIVATE, 1.0, "", EXIF, Kept.POSITION),
    Rule("exif-gps-copy", "text:exif:GPS* xmp:exif:GPS*", "", PRIVATE, 1.0, "", EXIF),
    Rule("geotiff", "exif:GeoTIFF*", "", PRIVATE, 1.0, "", "OGC GeoTIFF 1.1"),
    Rule("exif-serial", "exif:BodySerialNumber exif:LensSerialNumber exif:CameraSerialNumber exif:ImageUniqueID text:exif:BodySerialNumber text:exif:LensSerialNumber text:exif:ImageUniqueID", "", PRIVATE, 1.0, "", EXIF),
    Rule("exif-owner", "exif:CameraOwnerName exif:HostComputer exif:ImageEditor exif:OwnerName", "", PRIVATE, 1.0, "", EXIF),
    Rule("exif-device", "exif:Make exif:Model exif:LensMake exif:LensModel exif:LensSpecification exif:CameraFirmware text:exif:Make text:exif:Model text:Make text:Model text:Source", "", PRIVATE, 0.7, "", EXIF + "; " + PNG),
    Rule("exif-when", "exif:DateTimeOriginal exif:DateTimeDigitized exif:DateTime exif:OffsetTime* exif:SubSecTime* text:exif:DateTime* text:Creation␣Time", "", PRIVATE, 0.9, "", EXIF),
    Rule("exif-hdr-note", "exif:MakerNote", r"^hdr headroom and gain$", TECH, 1.0, "", "Apple, «Applying Apple HDR effect to your photos»"),
    Rule("exif-maker-note", "exif:MakerNote exif:DNGPrivateData exif:PrintImageMatching", "", PRIVATE, 0.8, "", EXIF),
    Rule("exif-environment", "exif:AmbientTemperature exif:Humidity exif:Pressure exif:WaterDepth exif:Acceleration exif:CameraElevationAngle", "", PRIVATE, 0.9, "", EXIF),
    Rule("thumbnail", "exif:Thumbnail photoshop:Thumbnail xmp:xmp:Thumbnails xmp:xmpGImg:image thumbnail:*", "", PRIVATE, 0.9, "", EXIF),
    Rule("xmp-serial", "xmp:aux:SerialNumber xmp:aux:LensSerialNumber xmp:aux:ImageNumber xmp:aux:OwnerName xmp:exifEX:BodySerialNumber xmp:exifEX:LensSerialNumber xmp:exifEX:CameraOwnerName xmp:exif:ImageUniqueID xmp:MicrosoftPhoto:CameraSerialNumber xmp:MicrosoftPhoto:LensSerialNumber", "", PRIVATE, 1.0, "", XMP),
    Rule("xmp-device", "xmp:tiff:Make xmp:tiff:Model xmp:aux:Lens* xmp:aux:Firmware xmp:exifEX:Lens* xmp:exifEX:CameraFirmware xmp:MicrosoftPhoto:Lens* xmp:MicrosoftPhoto:Camera*", "", PRIVATE, 0.7, "", XMP),
    Rule("xmp-when", "xmp:exif:DateTimeOriginal xmp:exif:DateTimeDigitized xmp:photoshop:DateCreated xmp:xmp:CreateDate xmp:xmp:ModifyDate xmp:xmp:MetadataDate xmp:dc:date xmp:tiff:DateTime xmp:exif:OffsetTime* xmp:exifEX:OffsetTime* xmp:exif:SubSecTime* xmp:MicrosoftPhoto:DateAcquired", "", PRIVATE, 0.9, "", XMP),
    Rule("xmp-place", "xmp:photoshop:City xmp:photoshop:State xmp:photoshop:Country xmp:Iptc4xmpCore:Location xmp:Iptc4xmpCore:CountryCode xmp:Iptc4xmpExt:City xmp:Iptc4xmpExt:Sublocation xmp:Iptc4xmpExt:ProvinceState xmp:Iptc4xmpExt:Country* xmp:Iptc4xmpExt:World* xmp:Iptc4xmpExt:Location*", "", PRIVATE, 0.9, "", IPTC),
    Rule("xmp-people", "xmp:Iptc4xmpExt:PersonInImage* xmp:mwg-rs:Name xmp:MPReg:* xmp:Iptc4xmpExt:PersonName xmp:Iptc4xmpExt:PersonId xmp:Iptc4xmpExt:PersonCharacteristic xmp:Iptc4xmpExt:PersonDescription xmp:Iptc4xmpExt:AddlModelInfo xmp:Iptc4xmpExt:ModelAge xmp:Iptc4xmpExt:OrganisationInImage* xmp:plus:ModelReleaseID xmp:plus:MinorModelAgeDisclosure xmp:plus:PropertyReleaseID", "", PRIVATE, 1.0, "", MWG + "; " + MS + "; " + IPTC),
    Rule("xmp-regions", "xmp:mwg-rs:* xmp:MP:* xmp:MPRI:* xmp:Iptc4xmpExt:ImageRegion xmp:Iptc4xmpExt:RegionBoundary xmp:apple-fi:*", "", PRIVATE, 0.9, "", MWG + "; " + IPTC),
    Rule("xmp-contact", "xmp:Iptc4xmpCore:CreatorContactInfo xmp:Iptc4xmpCore:Ci*", "", PRIVATE, 1.0, "", IPTC),
    Rule("xmp-identifiers", "xmp:xmpMM:DocumentID xmp:xmpMM:InstanceID xmp:xmpMM:OriginalDocumentID xmp:stRef:* xmp:stEvt:instanceID xmp:photoshop:DocumentAncestors xmp:plus:FileNameAsDelivered", "", PRIVATE, 0.8, "", XMP),
    Rule("xmp-history", "xmp:xmpMM:* xmp:stEvt:* xmp:photoshop:History xmp:crs:* xmp:xmpBJ:*", "", PRIVATE, 0.8, "", XMP),
    Rule("xmp-maker-note", "xmp:exif:MakerNote xmp:GCamera:MicroVideo* xmp:GCamera:MotionPhoto* xmp:GDepth:* xmp:GAudio:*", "", PRIVATE, 0.8, "", SEEN),
    Rule("iptc-place", "iptc:City iptc:Sublocation iptc:ProvinceState iptc:CountryCode iptc:CountryName iptc:LocationCode iptc:LocationName", "", PRIVATE, 0.9, "", IIM),
    Rule("iptc-when", "iptc:DateCreated iptc:TimeCreated iptc:DigitalCreationDate iptc:DigitalCreationTime", "", PRIVATE, 0.9, "", IIM),
    Rule("iptc-contact", "iptc:Contact", "", PRIVATE, 1.0, "", IIM),
    Rule("text-path", "text:Thumb::URI text:Thumb::MTime text:date:*", "", PRIVATE, 0.8, "", "freedesktop.org thumbnail specification; ImageMagick"),
    Rule("samsung-motion", "trailer:MotionPhoto* trailer:Video trailer:Sound* trailer:SoundShot*", "", PRIVATE, 0.9, "", SEF),
    Rule("samsung-label", "trailer:PhotoEditor_Re_Edit_Data", r'^\{"genaitype":[1-9]\d*\}$', TECH, 0.9, "", SEF, LABEL),
    Rule("samsung-re-edit", "trailer:PhotoEditor_Re_Edit_Data trailer:Original_Path* trailer:PEg_Info trailer:Image_UTC_Data", "", PRIVATE, 0.8, "", SEF),
    Rule("trailing-picture", "trailer:Picture trailer:Archive", "", PRIVATE, 0.6, "", SEEN),

    Rule("movie-place", "movie:©xyz movie:loci movie:location* movie:com.apple.quicktime.location.* movie:com.android.location* movie:com.samsung.android.utc_offset movie:GPS* movie:gps*", "", PRIVATE, 1.0, "", QT + "; " + TGPP),
    Rule("movie-data-track", "movie:track:*", "", PRIVATE, 0.9, "", "GoPro GPMF; Google CAMM; Apple mebx"),
    Rule("movie-when", "movie:CreationTime movie:ModificationTime movie:©day movie:creation_time movie:date movie:com.apple.quicktime.creationdate movie:DateUTC movie:date_* movie:timecode movie:purd movie:yrrc", "", PRIVATE, 0.9, "", QT + "; ISO/IEC 14496-12"),
    Rule("movie-device", "movie:©mak movie:©mod movie:make movie:model movie:com.apple.quicktime.make movie:com.apple.quicktime.model movie:com.apple.quicktime.camera.* movie:com.android.* movie:com.samsung.* movie:manu movie:modl movie:FIRM movie:LENS movie:CAME movie:SETT movie:MUID movie:GUMI movie:HMMT movie:GPMF movie:smta movie:mdln movie:auth-device movie:CNCV movie:CNFV movie:CNMN", "", PRIVATE, 0.9, "", QT + "; " + SEEN),
    Rule("movie-identifiers", "movie:SegmentUID movie:PrevUID movie:NextUID movie:SegmentFamily movie:SegmentFilename movie:PrevFilename movie:NextFilename movie:TrackUID movie:Attachment movie:com.apple.quicktime.content.identifier movie:com.apple.quicktime.live-photo.* movie:com.apple.photos.* movie:apID movie:ownr movie:cnID movie:xid␣ movie:plID movie:sfID movie:atID movie:geID movie:cmID", "", PRIVATE, 0.9, "", QT + "; items of the iTunes Store"),

    # How a panorama is shown, and what its camera noted.
    Rule("panorama", PROJECTION, r"^[-+.\w]{0,40}$", TECH, 1.0, "", GPANO, PANORAMA | SETTING),
    Rule("panorama-notes", "xmp:GPano:FirstPhotoDate xmp:GPano:LastPhotoDate xmp:GPano:PoseHeadingDegrees xmp:GPano:InitialViewHeadingDegrees xmp:GPano:CaptureSoftware xmp:GPano:StitchingSoftware", "", PRIVATE, 0.7, "", GPANO, PANORAMA),
    Rule("panorama-other", "xmp:GPano:*", "", TECH, 1.0, "", GPANO, PANORAMA),

    # Authorship: names, rights, captions.
    Rule("opt-out", "xmp:plus:DataMining xmp:plus:OtherConstraints xmp:Iptc4xmpExt:DataMining xmp:tdm:* text:tdm-reservation text:tdm-policy text:tdm:* movie:tdm-reservation movie:tdm-policy", "", AUTHOR, 1.0, "", IPTC + "; W3C TDMRep", OPT_OUT),
    Rule("exif-author", "exif:Artist exif:Copyright exif:XPAuthor exif:Photographer", "", AUTHOR, 1.0, "", EXIF, CREDIT),
    Rule("exif-caption", "exif:ImageDescription exif:UserComment exif:XPComment exif:XPTitle exif:XPSubject exif:XPKeywords exif:DocumentName exif:PageName exif:Rating exif:RatingPercent exif:ImageTitle", "", AUTHOR, 0.9, "", EXIF, CAPTION),
    Rule("xmp-author", "xmp:dc:creator xmp:dc:rights xmp:dc:contributor xmp:dc:publisher xmp:xmpRights:* xmp:photoshop:AuthorsPosition xmp:photoshop:Credit xmp:photoshop:Source xmp:plus:* xmp:tiff:Artist xmp:tiff:Copyright xmp:exifEX:Photographer xmp:pdf:Author xmp:pdf:Copyright xmp:Iptc4xmpExt:Contributor xmp:Iptc4xmpExt:AOCreator* xmp:Iptc4xmpExt:AOCopyrightNotice xmp:Iptc4xmpExt:AOCreditLine xmp:Iptc4xmpExt:AOSource xmp:Iptc4xmpExt:AOCurrent* xmp:Iptc4xmpExt:Creator xmp:Iptc4xmpExt:CopyrightYear xmp:Iptc4xmpExt:EmbdEncRightsExpr xmp:Iptc4xmpExt:LinkedEncRightsExpr xmp:dcterms:creator xmp:dcterms:license xmp:dcterms:rights xmp:dcterms:rightsHolder xmp:xmpDM:artist xmp:xmpDM:copyright xmp:pur:copyright xmp:pur:creditLine xmp:pur:rightsAgent xmp:pur:rightsOwner xmp:acdsee:author xmp:cc:*", "", AUTHOR, 1.0, "", IPTC, CREDIT),
    Rule("xmp-caption", "xmp:dc:title xmp:dc:description xmp:dc:subject xmp:photoshop:Headline xmp:photoshop:Instructions xmp:photoshop:CaptionWriter xmp:lr:* xmp:tiff:ImageDescription xmp:exif:UserComment xmp:Iptc4xmpCore:* xmp:xmp:Label xmp:xmp:Rating", "", AUTHOR, 0.9, "", IPTC, CAPTION),
    Rule("xmp-collection", "xmp:digiKam:* xmp:MicrosoftPhoto:*", "", AUTHOR, 0.9, "", MS),
    Rule("iptc-author", "iptc:Byline iptc:BylineTitle iptc:CopyrightNotice iptc:Credit iptc:Source photoshop:CopyrightFlag photoshop:CopyrightURL", "", AUTHOR, 1.0, "", IIM, CREDIT),
    Rule("iptc-caption", "iptc:Caption iptc:Headline iptc:ObjectName iptc:Keywords iptc:SpecialInstructions iptc:Category iptc:SupplementalCategory iptc:EditStatus iptc:TransmissionReference iptc:WriterEditor", "", AUTHOR, 0.9, "", IIM, CAPTION),
    Rule("iptc-structure", "iptc:CodedCharacterSet iptc:RecordVersion iptc:1:00", "", TECH, 1.0, "", IIM, Kept.STRUCTURE),
    Rule("text-author", "text:Author text:Artist text:Copyright text:Rights text:Disclaimer text:exif:Artist text:exif:Copyright", "", AUTHOR, 1.0, "", PNG, CREDIT),
    Rule("text-caption", "text:Title text:Description text:Comment text:Warning", "", AUTHOR, 0.8, "", PNG, CAPTION),
    Rule("movie-author", "movie:©ART movie:©aut movie:©wrt movie:©prd movie:©dir movie:©prf movie:©cpy movie:cprt movie:auth movie:perf movie:aART movie:artist movie:author movie:copyright movie:license movie:terms_of_use movie:publisher movie:©pub movie:©ope movie:©phg movie:©src movie:soar movie:soaa movie:albr movie:com.apple.quicktime.publisher movie:com.apple.quicktime.author movie:com.apple.quicktime.artist movie:com.apple.quicktime.copyright movie:com.apple.quicktime.director movie:com.apple.quicktime.producer", "", AUTHOR, 1.0, "", QT + "; " + TGPP, CREDIT),
    Rule("movie-caption", "movie:©nam movie:©cmt movie:©des movie:©inf movie:©alb movie:©gen movie:©lyr movie:desc movie:ldes movie:titl movie:dscp movie:albm movie:chpl movie:Chapter movie:TrackName movie:title movie:comment movie:description movie:keyw movie:com.apple.quicktime.title movie:com.apple.quicktime.description movie:com.apple.quicktime.comment movie:com.apple.quicktime.keywords movie:com.apple.quicktime.displayname movie:com.apple.quicktime.information", "", AUTHOR, 0.9, "", QT + "; " + TGPP, CAPTION),
    Rule("comment", "comment:*", "", AUTHOR, 0.5, "", "ITU-T T.81 B.2.4.5; GIF89a 24"),

    # Camera settings.
    Rule("settings", SETTINGS, NUMBERS, TECH, 1.0, "", EXIF, SETTING),

    # All other facts of each reader.
    Rule("exif-other", "exif:*", "", TECH, 1.0, "", EXIF),
    Rule("xmp-other", "xmp:*", "", TECH, 1.0, "", XMP),
    Rule("iptc-other", "iptc:*", "", TECH, 1.0, "", IIM),
    Rule("photoshop-other", "photoshop:*", "", TECH, 1.0, "", "Adobe Photoshop File Formats Specification"),
    Rule("text-other", "text:*", "", TECH, 1.0, "", PNG),
    Rule("trailer-other", "trailer:*", "", TECH, 0.8, "", SEEN),
    Rule("movie-other", "movie:*", "", TECH, 1.0, "", QT),
    Rule("vendor-other", "vendor:*", "", TECH, 0.8, "", SEEN),
)
# fmt: on


def _index() -> tuple[dict[str, list[int]], list[tuple[str, int]]]:
    """Index the rules by exact place, and list the places with a star, each with its rank."""
    exact: dict[str, list[int]] = {}
    starred: list[tuple[str, int]] = []
    for rank, rule in enumerate(RULES):
        for place in map(str.casefold, places(rule.where)):
            if place.endswith("*"):
                starred.append((place[:-1], rank))
            else:
                exact.setdefault(place, []).append(rank)
    return exact, starred


_EXACT, _STARRED = _index()


@lru_cache(maxsize=4096)
def _candidates(place: str) -> tuple[Rule, ...]:
    """The rules for a place, in table order."""
    wanted = place.casefold()
    ranks = set(_EXACT.get(wanted, ()))
    ranks.update(rank for prefix, rank in _STARRED if wanted.startswith(prefix))
    return tuple(RULES[rank] for rank in sorted(ranks))


def rule_for(fact: Fact, reach: int | None = None) -> Rule:
    """Return the first rule that applies to a fact.

    ``reach`` limits the number of characters of the value that are examined.
    """
    lowered = fact.value[:reach].lower()
    for rule in _candidates(fact.place):
        if rule.takes(lowered):
            return rule
    return RULES[-1]


@lru_cache(maxsize=4096)
def _is_private(place: str) -> bool:
    """Whether a field is private whatever its value."""
    unconditional = (rule for rule in _candidates(place) if not rule.value)
    found = next(unconditional, None)
    return found is not None and found.category is Category.PRIVATE


def kept_as(fact: Fact) -> Kept:
    """Return the reasons to keep a fact.

    AI provenance is a label wherever it stands, unless it is the path of a program. Apart from
    that, a field inside a private structure (a region, a history) shares the structure's reasons,
    and a field without reasons of its own shares those of the structure around it, if that has the
    same namespace (a licensor).
    """
    lowered = fact.value.lower()
    taking = [rule for rule in _candidates(fact.place) if rule.takes(lowered)]
    names_ai = any(rule.category is Category.AI for rule in taking)
    label = Kept.LABEL if names_ai and not _is_path(fact, lowered) else Kept.NONE
    own = next((rule for rule in taking if rule.category is not Category.AI), RULES[-1])
    around = [f"xmp:{_INDEX.sub('', part)}" for part in fact.path.split("/")[:-1]]
    around = around if fact.reader == "xmp" else []
    if any(map(_is_private, around)):
        return label
    if own.kept or own.category is Category.PRIVATE:
        return label | own.kept
    space = fact.place.rpartition(":")[0]
    alike = (place for place in around if place.rpartition(":")[0] == space)
    kept = (rule.kept for place in alike for rule in _candidates(place) if not rule.value)
    return label | next((each for each in kept if each), Kept.NONE)


_INDEX = re.compile(r"\[\d+\]")
_PROGRAMS = frozenset(map(str.casefold, places(SOFTWARE)))
_PATH = re.compile(
    r"\b[a-z]:[\\/]|\\\\\w|/(?:home|users|root|mnt|media|volumes|opt|srv|data)/|\bfile:"
)


def _is_path(fact: Fact, lowered: str) -> bool:
    """Whether a field that names a program says where it is installed, for example below the name
    of a user."""
    return fact.place.casefold() in _PROGRAMS and _PATH.search(lowered) is not None


def is_ai(fact: Fact) -> bool:
    """Whether a fact is AI provenance. ``scope: ai`` removes exactly these facts."""
    return rule_for(fact).category is Category.AI
