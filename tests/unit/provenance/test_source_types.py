"""The rule table against IPTC's vocabulary of digital source types.

The scheme has 17 terms and three retired ones since 2024-10-23, and had the same in August 2026.
Five came in September 2024: ``computationalCapture``, ``humanEdits``, ``digitalCreation``,
``screenCapture`` and ``composite``.
"""

from __future__ import annotations

import pytest

from expunge.imaging.provenance.fact import Category, Fact, Kept
from expunge.imaging.provenance.rules import kept_as, rule_for

BY_AI = ("trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "compositeSynthetic")
OTHERS = (
    "digitalCapture", "computationalCapture", "negativeFilm", "positiveFilm", "print",
    "humanEdits", "algorithmicallyEnhanced", "digitalCreation", "dataDrivenMedia",
    "algorithmicMedia", "screenCapture", "virtualRecording", "composite", "compositeCapture",
)  # fmt: skip
RETIRED = ("minorHumanEdits", "softwareImage", "digitalArt")
FORMS = ("http://cv.iptc.org/newscodes/digitalsourcetype/{}", "digsrctype:{}", "{}")


def fact(term, form):
    key = "Iptc4xmpExt:DigitalSourceType"
    return Fact("xmp", key, key, form.format(term), 0, 0)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("term", BY_AI)
def test_terms_of_generated_media_are_ai_provenance(term, form):
    assert rule_for(fact(term, form)).category is Category.AI


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("term", OTHERS + RETIRED)
def test_other_terms_are_known_and_state_no_ai(term, form):
    rule = rule_for(fact(term, form))
    assert rule.category is Category.TECHNICAL
    assert rule.id == ("source-retired" if term in RETIRED else rule.id) != "source-other"


@pytest.mark.parametrize("term", [*BY_AI, *OTHERS, *RETIRED, "aTermOfTomorrow"])
def test_every_term_is_a_label_that_stays(term):
    assert kept_as(fact(term, FORMS[0])) & Kept.LABEL
