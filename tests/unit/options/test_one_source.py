"""An option is defined once, and every interface takes it from there."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from PIL import Image
from pydantic import ConfigDict, Field, StrictBool

import expunge
from expunge import operations
from expunge.cli import main
from expunge.cli.options_page import options_page
from expunge.errors import ValidationFailed
from expunge.operations import MODES, Group, Mode
from expunge.operations.options.base import ModeOptions
from expunge.operations.options.described import options_of
from expunge.operations.options.mask import MaskOptions
from expunge.operations.outcome import Outcome
from expunge.web.clean import openapi as clean_openapi
from expunge.web.face_jobs.queries import QUERIES
from expunge.web.native import openapi as native_openapi
from tests.unit.options import interfaces

if TYPE_CHECKING:
    from typing import Any


class Edge(StrEnum):
    SOFT = "soft"
    HARD = "hard"


class Feathered(MaskOptions):
    """The options of `mask`, with one more of every kind."""

    feather: float = Field(default=0.08, ge=0, le=1, description="How far a mask fades.")
    passes: int = Field(default=1, ge=1, le=9, description="How often it is drawn.")
    edge: Edge = Field(default=Edge.SOFT, description="What its edge is like.")
    grain: StrictBool = Field(default=False, description="Add the picture's grain.")
    tints: tuple[Edge, ...] = Field(default=(), description="What it is tinted with.")
    label: str | None = Field(default=None, max_length=20, description="What is written on it.")


NEW = {
    "feather": (["--feather", "0.5"], [("feather", "0.5")], 0.5),
    "passes": (["--passes", "3"], [("passes", "3")], 3),
    "edge": (["--edge", "hard"], [("edge", "hard")], "hard"),
    "grain": (["--grain"], [("grain", "true")], True),
    "tints": (
        ["--tints", "soft,hard", "--tints", "soft"],
        [("tints", "soft,hard"), ("tints", "soft")],
        ["soft", "hard", "soft"],
    ),
    "label": (["--label", "a b"], [("label", "a b")], "a b"),
}


@pytest.fixture
def _feathered(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, mode in interfaces.with_options("mask", Feathered).items():
        monkeypatch.setitem(operations.MODES, name, mode)


def document() -> dict[str, Any]:
    """The parts of the OpenAPI document that are built from the modes."""
    jobs = {"post": {"requestBody": {"content": {"application/json": {}}}}}
    clean = {"get": {"parameters": [{"name": "mode", "schema": {}}]}}
    spec: dict[str, Any] = {"components": {"schemas": {}}}
    spec["paths"] = {"/api/v1/jobs": jobs, "/api/v1/clean": clean}
    native_openapi.complete(spec)
    clean_openapi.complete(spec)
    return spec


@pytest.mark.usefixtures("_feathered")
class TestANewOption:
    @pytest.mark.parametrize("name", NEW)
    def test_it_is_in_the_schema_of_a_job(self, name: str) -> None:
        properties = document()["components"]["schemas"]["MaskOptions"]["properties"]

        assert properties[name]["description"] == Feathered.model_fields[name].description
        assert "default" in properties[name]
        assert (properties["feather"]["minimum"], properties["feather"]["maximum"]) == (0, 1)
        assert properties["edge"]["enum"] == ["soft", "hard"]

    @pytest.mark.parametrize("name", NEW)
    def test_it_is_a_parameter_of_clean(self, name: str) -> None:
        parameters = document()["paths"]["/api/v1/clean"]["get"]["parameters"]
        (cleaning,) = (each["schema"] for each in parameters if each["name"] == "cleaning")

        assert (
            Feathered.model_fields[name].description in cleaning["properties"][name]["description"]
        )
        _, query, value = NEW[name]
        assert interfaces.by_query("mask", query) == {name: value}

    @pytest.mark.parametrize("name", NEW)
    def test_it_is_a_flag(self, name: str) -> None:
        arguments, _, value = NEW[name]

        assert interfaces.by_flags("mask", arguments) == {name: value}
        described = " ".join(interfaces.help_of("mask").split())
        assert f"--{name}" in described
        assert str(Feathered.model_fields[name].description) in described

    @pytest.mark.parametrize("name", NEW)
    def test_it_is_a_row_of_the_reference(self, name: str) -> None:
        (row,) = (line for line in options_page().splitlines() if line.startswith(f"| `{name}` |"))

        assert str(Feathered.model_fields[name].description) in row
        assert f"`--{name}`" in row

    def test_the_mode_gets_it_from_every_interface_and_validates_it(self) -> None:
        for arguments, query, _ in NEW.values():
            given = interfaces.by_flags("mask", arguments)
            assert MODES["mask"].options(given) == MODES["mask"].options(
                interfaces.by_query("mask", query)
            )
        with pytest.raises(ValidationFailed, match="/options/feather"):
            MODES["mask"].options({"feather": 2})
        with pytest.raises(ValidationFailed, match="/options/feather"):
            interfaces.by_query("mask", [("feather", "2")])

    def test_a_message_says_that_no_mode_reads_it(self) -> None:
        sentences = interfaces.unread("mask")

        assert len(sentences) == len(NEW)
        assert sentences[0].startswith("Nothing reads `options.feather`: mask takes it")

    def test_a_message_says_that_the_faces_api_must_take_it_or_give_a_reason(self) -> None:
        sentences = interfaces.missing_on_faces("mask")

        assert len(sentences) == len(NEW)
        assert sentences[0] == (
            "The option `feather` of `mask` is not in the faces API. In "
            "functions/expunge/web/face_jobs/queries.py, give MaskQuery a field `feather: … = "
            'taken(Feathered, "feather")`, or say in LEFT_OUT["mask"] why it has none.'
        )


class PolishOptions(ModeOptions):
    """The options of `polish`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"shine": 2}]})

    shine: int = Field(default=1, ge=1, le=5, description="How much of it.")


@pytest.fixture
def _polish(monkeypatch: pytest.MonkeyPatch) -> None:
    class Polish:
        @staticmethod
        def run(source: Any, options: PolishOptions) -> Outcome:
            report = {"changed": True, "removed": [], "removed_bytes": options.shine}
            return Outcome(source.data, source.media_type, report)

    mode = Mode("polish", Group.LIGHT, PolishOptions, sync=True, summary="Make it shine.")
    monkeypatch.setitem(operations.MODES, "polish", mode)
    real = Mode.operation.fget
    found = property(lambda mode: Polish if mode.name == "polish" else real(mode))
    monkeypatch.setattr(Mode, "operation", found)


@pytest.mark.usefixtures("_polish")
class TestANewMode:
    def test_its_definition_is_complete(self) -> None:
        assert interfaces.lacking_in_mode("polish") == []

    def test_it_is_a_command(self, tmp_path: Path) -> None:
        file = tmp_path / "a.png"
        Image.new("RGB", (8, 8)).save(file)

        done = CliRunner().invoke(main, ["polish", str(file), "--shine", "3", "--json"])

        assert "polish" in CliRunner().invoke(main, ["--help"]).output
        assert done.exit_code == 0, done.output
        assert json.loads(done.stdout)["report"]["removed_bytes"] == 3

    def test_it_is_a_variant_of_a_job_and_a_mode_of_clean(self) -> None:
        spec = document()
        schemas = spec["components"]["schemas"]

        reference = "#/components/schemas/PolishJobCreate"
        assert {"$ref": reference} in schemas["JobCreate"]["oneOf"]
        assert schemas["JobCreate"]["discriminator"]["mapping"]["polish"] == reference
        assert schemas["PolishOptions"]["properties"]["shine"]["maximum"] == 5
        assert "polish" in schemas["JobForm"]["properties"]["mode"]["enum"]
        parameters = spec["paths"]["/api/v1/clean"]["get"]["parameters"]
        (cleaning,) = (each["schema"] for each in parameters if each["name"] == "cleaning")
        assert "polish" in cleaning["properties"]["mode"]["enum"]

    def test_it_is_a_section_of_the_reference(self) -> None:
        assert "## `polish`\n\nMake it shine.\n" in options_page()


class Silent(ModeOptions):
    loud: bool = False
    either: int | str = 1


def test_everything_missing_in_a_mode_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    mode = Mode("silent", Group.LIGHT, Silent, sync=True, summary="")
    monkeypatch.setitem(operations.MODES, "silent", mode)

    messages = "\n".join(interfaces.lacking_in_mode("silent"))

    assert "The mode `silent` needs a sentence as summary" in messages
    assert "Silent in functions/expunge/operations/options/silent.py needs an example" in messages
    assert "`loud` in functions/expunge/operations/options/silent.py needs a sentence" in messages
    assert "takes text for a boolean; use StrictBool" in messages
    assert (
        "`either` in functions/expunge/operations/options/silent.py has several types" in messages
    )


@pytest.mark.parametrize("mode", MODES)
def test_the_definition_of_every_mode_is_complete(mode: str) -> None:
    assert not (lacking := interfaces.lacking_in_mode(mode)), "\n".join(lacking)


@pytest.mark.parametrize("mode", MODES)
def test_every_option_is_read(mode: str) -> None:
    assert not (ignored := interfaces.unread(mode)), "\n".join(ignored)


@pytest.mark.parametrize("mode", QUERIES)
def test_every_option_is_in_the_faces_api_or_left_out_with_a_reason(mode: str) -> None:
    assert not (missing := interfaces.missing_on_faces(mode)), "\n".join(missing)
    assert not (differing := interfaces.differing_on_faces(mode)), "\n".join(differing)


@pytest.mark.parametrize("mode", MODES)
def test_the_mode_accepts_its_examples(mode: str) -> None:
    for example in MODES[mode].options_type.model_json_schema()["examples"]:
        assert MODES[mode].options(example).model_dump(exclude_unset=True)


@pytest.mark.parametrize("mode", MODES)
def test_help_names_every_option_with_its_choices_and_its_default(mode: str) -> None:
    described = "".join(interfaces.help_of(mode).split()).replace("-", "")

    for option in options_of(MODES[mode].options_type):
        assert f"{option.name.replace('_', '')}" in described
        for word in option.choices:
            assert word.replace("-", "") in described
        if option.default not in (None, [], False, True):
            assert f"default:{option.default}" in described


def test_an_option_may_not_have_the_name_of_a_common_flag(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Forced(MaskOptions):
        force: StrictBool = Field(default=False, description="Whatever comes.")

    for name, mode in interfaces.with_options("mask", Forced).items():
        monkeypatch.setitem(operations.MODES, name, mode)

    with pytest.raises(RuntimeError, match=r"`expunge mask` has --force twice.*rename the option"):
        interfaces.help_of("mask")


def test_options_need_no_imaging_library() -> None:
    code = (
        "import sys; from expunge.operations import MODES; import expunge.web.app, expunge.cli;"
        "from expunge.operations.options.described import options_of;"
        "[options_of(mode.options_type) for mode in MODES.values()];"
        "print(sorted({'numpy', 'cv2', 'PIL', 'onnxruntime', 'pillow_heif'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout.strip() == "[]"


def test_the_library_takes_the_same_options() -> None:
    file = io.BytesIO()
    Image.new("RGB", (8, 8)).save(file, "PNG")

    with pytest.raises(ValidationFailed, match="/options/scope"):
        expunge.run("metadata", file.getvalue(), scope="everything")


def test_the_committed_page_is_up_to_date() -> None:
    committed = Path(__file__).parents[3] / "docs" / "reference" / "options.md"

    assert committed.read_text() == options_page(), "run: make docs"
