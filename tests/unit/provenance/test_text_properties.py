"""Keyed text in every PNG form, and the sentence that summarises the evidence."""

from __future__ import annotations

import zlib

from hypothesis import given
from hypothesis import strategies as st
from tests.unit.provenance import making

from expunge.imaging.provenance import text
from expunge.imaging.provenance.assessment import BELIEVED, assess
from expunge.imaging.provenance.fact import Budget, Category
from expunge.imaging.provenance.findings import Finding

KEYWORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=79
).filter(lambda word: not word.lower().startswith(("raw profile type", "xml:com")))
WORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0x2FF, exclude_categories=["C", "Z"]),
    min_size=1,
    max_size=60,
)
LANGUAGES = st.sampled_from([b"", b"en", b"x-default"])
TRANSLATED = st.sampled_from(["", "Wort", "слово"])


def forms(keyword: str, words: str, language: bytes, translated: str) -> dict[str, bytes]:
    """The same text as each kind of chunk."""
    key, plain = keyword.encode() + b"\0", words.encode()
    head = language + b"\0" + translated.encode() + b"\0"
    return {
        "tEXt": key + plain,
        "zTXt": key + b"\0" + zlib.compress(plain),
        "iTXt": key + b"\0\0" + head + plain,
        "iTXt, compressed": key + b"\1\0" + head + zlib.compress(plain),
    }


def read(name: str, data: bytes, budget: Budget | None = None) -> list:
    return list(text.read(name[:4], memoryview(data), budget or Budget()))


@given(KEYWORDS, WORDS, LANGUAGES, TRANSLATED)
def test_one_text_is_one_fact_in_every_form(keyword, words, language, translated):
    for name, data in forms(keyword, words, language, translated).items():
        (fact,) = read(name, data)
        assert (fact.reader, fact.key, fact.value) == ("text", keyword, words), name
        assert 0 <= fact.offset <= fact.offset + fact.length <= len(data)
        if "compressed" not in name and name != "zTXt":
            assert data[fact.offset : fact.offset + fact.length] == words.encode()


@given(KEYWORDS, WORDS, LANGUAGES, TRANSLATED, st.data())
def test_a_cut_or_changed_text_is_a_fact_or_reported_as_unreadable(
    keyword, words, language, translated, data
):
    name, chunk = data.draw(
        st.sampled_from(sorted(forms(keyword, words, language, translated).items()))
    )
    out = bytearray(chunk)
    out[data.draw(st.integers(0, len(out) - 1))] = data.draw(st.integers(0, 255))
    del out[data.draw(st.integers(0, len(out))) :]
    for fact in read(name, bytes(out)):
        assert 0 <= fact.offset <= fact.offset + fact.length <= len(out)


@given(KEYWORDS, st.integers(0, 3_000), st.integers(1, 5))
def test_inflated_texts_count_against_the_limit_of_the_file(keyword, ceiling, chunks):
    data = keyword.encode() + b"\0\0" + zlib.compress(b"a" * 1_000)
    budget = Budget(inflated=ceiling)
    lengths = [len(read("zTXt", data, budget)[0].value) for _ in range(chunks)]
    assert budget.inflated == max(0, ceiling - 1_000 * chunks)
    assert sum(length == 1_000 for length in lengths) >= min(ceiling // 1_000, chunks)


FIELDS = making.tiff(IFD0={0x010F: making.text("A Maker"), 0x013B: making.text("Ada")})


@given(st.sampled_from(["exif", "APP1", "Exif"]), st.integers(1, 80), st.booleans())
def test_a_raw_profile_is_read_with_any_line_length_and_case(kind, width, upper):
    digits = FIELDS.hex().upper() if upper else FIELDS.hex()
    lines = "\n".join(digits[at : at + width] for at in range(0, len(digits), width))
    body = f"\n{kind.lower()}\n{len(FIELDS):8d}\n{lines}\n".encode()
    found = read("tEXt", f"Raw profile type {kind}".encode() + b"\0" + body)
    assert [(f.key, f.value) for f in found if f.reader == "exif"] == [
        ("Make", "A Maker"), ("Artist", "Ada"),
    ]  # fmt: skip


RULES = st.sampled_from(
    ["a1111-parameters", "source-trained", "samsung-genai", "exif-gps", "exif-serial", "thumbnail",
     "topaz", "source-composite-trained", "other"]
)  # fmt: skip
FINDINGS = st.builds(
    Finding,
    what=st.just("EXIF Software"),
    where=st.just("APP1[0]"),
    offset=st.just(0),
    length=st.just(1),
    value=st.text(max_size=9),
    category=st.sampled_from(list(Category)),
    confidence=st.sampled_from([0.3, BELIEVED, 0.75, 0.9, 1.0]),
    tool=st.sampled_from(["", "Midjourney", "DALL-E"]),
    rule=RULES,
    reader=st.just("exif"),
    key=st.sampled_from(["Software", "claim_generator"]),
    is_second=st.booleans(),
)
MADE = ("Likely", "Possibly")


@given(st.lists(FINDINGS, max_size=6))
def test_the_assessment_says_no_more_than_the_evidence(findings):
    said = assess(findings, None, None)
    evidence = [f for f in findings if f.category is Category.AI and f.confidence >= BELIEVED]
    assert said.startswith(MADE if evidence else "Unknown")
    assert "clean" not in said.lower()
    private = any(f.category is Category.PRIVATE for f in findings)
    assert ("Private data present" in said) == private
    for tool in ("Midjourney", "DALL-E"):
        assert tool not in said or any(f.tool == tool for f in evidence)
