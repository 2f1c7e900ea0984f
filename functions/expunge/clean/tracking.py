"""Parameters that newsletters, advertisements and social networks append to every URL."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_NAMES = frozenset(
    {
        "_ga",
        "_gac",
        "_gl",
        "_hsenc",
        "_hsmi",
        "_ke",
        "_kx",
        "cjevent",
        "dclid",
        "epik",
        "fb_action_ids",
        "fb_action_types",
        "fb_source",
        "fbclid",
        "gad_campaignid",
        "gad_source",
        "gbraid",
        "gclid",
        "gclsrc",
        "igsh",
        "igshid",
        "irclickid",
        "li_fat_id",
        "mc_cid",
        "mc_eid",
        "mkt_tok",
        "ml_subscriber",
        "ml_subscriber_hash",
        "msclkid",
        "oly_anon_id",
        "oly_enc_id",
        "rdt_cid",
        "s_kwcid",
        "sccid",
        "spm",
        "srsltid",
        "tblci",
        "ttclid",
        "twclid",
        "vero_conv",
        "vero_id",
        "wbraid",
        "wickedid",
        "yclid",
        "ymclid",
        "ysclid",
    }
)
_PREFIXES = ("utm_", "hsa_", "mtm_", "pk_", "piwik_", "matomo_")


def is_tracking(name: str) -> bool:
    """Whether a parameter only tells where a visitor came from."""
    return name.lower() in _NAMES or name.lower().startswith(_PREFIXES)


def without_tracking(query: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The other parameters, in their order."""
    return [(name, value) for name, value in query if not is_tracking(name)]
