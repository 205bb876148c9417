"""Classification schemes: the youngest and most severe win, nothing is unmapped, versions lie side by side."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from hypothesis import given
from hypothesis import strategies as st

from intake import schemes
from intake.scheme_words import SHIPPED
from intake.schemes import SCHEME, SchemeError, UnmappedValue, Verdict
from intake.schemes.files import NEEDED
from intake.services import scheme

CURRENT = schemes.read_shipped(SCHEME)
FILES = sorted(Path(schemes.__file__).parent.glob("*.json"))
DIMENSIONS = st.sampled_from(CURRENT.dimensions)


def raw() -> dict[str, Any]:
    """The shipped file as a hotline would copy it, under a name of its own."""
    found: dict[str, Any] = json.loads((FILES[0].parent / f"{SCHEME}.json").read_text())
    return found | {"name": "house-1"}


def written(folder: Path, content: object, name: str = "house-1") -> Path:
    path = folder / f"{name}.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


def dimension(content: dict[str, Any], code: str) -> dict[str, Any]:
    found: dict[str, Any] = next(part for part in content["dimensions"] if part["code"] == code)
    return found


@given(DIMENSIONS.flatmap(lambda found: st.tuples(st.just(found), st.sets(st.sampled_from(found.codes)))))
def test_of_several_the_first_in_order_wins_whatever_the_order_they_are_given_in(
    drawn: tuple[schemes.Dimension, set[str]],
) -> None:
    found, codes = drawn
    winner = found.resolve(sorted(codes))
    assert winner == found.resolve(sorted(codes, reverse=True))
    assert winner == next((code for code in found.codes if code in codes), "")


@given(DIMENSIONS, st.sets(st.text(max_size=20)))
def test_a_value_of_no_scheme_is_an_error_and_never_dropped(
    found: schemes.Dimension, codes: set[str]
) -> None:
    unknown = codes - set(found.codes)
    if not unknown:
        found.check(codes)
        return
    for question in (found.check, found.resolve):
        with pytest.raises(UnmappedValue) as error:
            question(codes)
        assert set(error.value.codes) == unknown


def test_the_youngest_and_the_most_severe_come_first() -> None:
    assert CURRENT.resolve("age", ["not_determined", "pubescent", "infant"]) == "infant"
    assert CURRENT.resolve("age", ["pubescent", "not_determined"]) == "pubescent"
    assert CURRENT.resolve("outcome", ["not_found", "other_illegal", "baseline_csam"]) == "baseline_csam"
    assert CURRENT.dimension("outcome").codes == tuple(Verdict)


def test_a_mapping_that_leaves_a_value_out_is_refused() -> None:
    whole = dict.fromkeys(CURRENT.dimension("sex").codes, "x")
    schemes.check_mapping("sex", whole)
    del whole["both"]
    with pytest.raises(UnmappedValue, match="'both'"):
        schemes.check_mapping("sex", whole)
    with pytest.raises(UnmappedValue, match="colour"):
        schemes.check_mapping("colour", {})


def test_a_dimension_that_an_older_scheme_did_not_know_is_unmapped_there() -> None:
    old = schemes.read_shipped("tutela-baseline-1")
    assert old.resolve("outcome", ["national_csam"]) == "national_csam"
    with pytest.raises(UnmappedValue):
        old.resolve("age", ["infant"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.stem))
def test_every_shipped_file_reads_and_its_words_can_be_translated(path: Path) -> None:
    found = schemes.read(path, to_assess=path.stem == SCHEME)
    words = {str(word) for word in SHIPPED}
    for part in found.dimensions:
        assert {part.label, *(value.label for value in part.values)} <= words


def _unknown_key(content: dict[str, Any]) -> None:
    content["colour"] = "blue"


def _no_age(content: dict[str, Any]) -> None:
    content["dimensions"].remove(dimension(content, "age"))


def _age_cannot_be_left_open(content: dict[str, Any]) -> None:
    dimension(content, "age")["values"].pop()


def _two_of_one_code(content: dict[str, Any]) -> None:
    dimension(content, "sex")["values"].append({"code": "male", "order": 9, "label": "Again"})


def _two_of_one_order(content: dict[str, Any]) -> None:
    dimension(content, "sex")["values"].append({"code": "other", "order": 1, "label": "Other"})


def _severity_turned_round(content: dict[str, Any]) -> None:
    for value in dimension(content, "outcome")["values"]:
        value["order"] = -value["order"]


def _a_code_with_a_space(content: dict[str, Any]) -> None:
    dimension(content, "flags")["values"][0]["code"] = "a b"


def _a_yes_for_an_order(content: dict[str, Any]) -> None:
    dimension(content, "flags")["values"][0]["order"] = True


def _no_label(content: dict[str, Any]) -> None:
    dimension(content, "flags")["values"][0]["label"] = " "


def _a_dimension_of_its_own(content: dict[str, Any]) -> None:
    content["dimensions"].append({"code": "mood", "label": "Mood", "values": [{}]})


def _another_name(content: dict[str, Any]) -> None:
    content["name"] = "other-1"


def _nothing_illegal(content: dict[str, Any]) -> None:
    outcome = dimension(content, "outcome")
    outcome["values"] = outcome["values"][3:]


BROKEN = {
    "unknown key": (_unknown_key, "unknown key 'colour'"),
    "no age": (_no_age, "'age' is missing"),
    "age cannot be left open": (_age_cannot_be_left_open, "'age' needs the value 'not_determined'"),
    "two of one code": (_two_of_one_code, "has 'male' twice"),
    "two of one order": (_two_of_one_order, "has 1 twice"),
    "severity turned round": (_severity_turned_round, "the more severe value comes first"),
    "a code with a space": (_a_code_with_a_space, "'a b'"),
    "a yes for an order": (_a_yes_for_an_order, "whole number"),
    "no label": (_no_label, "needs a label"),
    "a dimension of its own": (_a_dimension_of_its_own, "'mood' is not one of"),
    "another name": (_another_name, "must be that of the file"),
    "nothing illegal": (_nothing_illegal, "means illegal"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_cannot_be_used_says_what_to_mend(tmp_path: Path, case: str) -> None:
    spoil, said = BROKEN[case]
    content = raw()
    spoil(content)
    with pytest.raises(SchemeError) as error:
        schemes.read(written(tmp_path, content), to_assess=True)
    assert said in str(error.value)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"dimensions": [7]}', '{"dimensions": [{"values": [7]}]}', "\x00"]
)
def test_a_file_that_is_no_scheme_at_all_is_refused_in_words(tmp_path: Path, text: str) -> None:
    with pytest.raises(SchemeError):
        schemes.read(written(tmp_path, text), to_assess=True)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["name", "title", "dimensions", "code", "values", "label"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_whatever_json_says_the_answer_is_a_scheme_or_its_problems(
    tmp_path_factory: pytest.TempPathFactory, content: object
) -> None:
    path = written(tmp_path_factory.mktemp("scheme"), content)
    with pytest.raises(SchemeError):
        schemes.read(path, to_assess=True)


def test_an_outcome_on_which_nothing_hangs_is_unmapped_at_load(tmp_path: Path) -> None:
    content = raw()
    dimension(content, "outcome")["values"].append({"code": "odd", "order": 9, "label": "Odd"})
    with pytest.raises(UnmappedValue, match="'odd'"):
        schemes.read(written(tmp_path, content))


def test_a_hotline_uses_its_own_scheme_and_an_older_one_beside_it_keeps_its_words(
    tmp_path: Path, settings: Any
) -> None:
    content = raw()
    dimension(content, "age")["values"].insert(0, {"code": "newborn", "order": 0, "label": "Newborn"})
    written(tmp_path, content)
    settings.TUTELA_SCHEME_FILE = str(written(tmp_path, raw() | {"name": "house-2"}, "house-2"))
    call_command("check")
    assert scheme.current().name == "house-2"
    assert scheme.label("house-1", "age", "newborn") == "Newborn"
    assert scheme.label("house-2", "age", "newborn") == "newborn"
    assert scheme.label("tutela-baseline-2", "age", "infant") == "Infant"
    assert scheme.label("a scheme that is gone", "age", "infant") == "infant"
    assert set(NEEDED) == {part.code for part in scheme.current().dimensions}


def test_a_start_with_a_broken_scheme_is_refused_and_names_every_mistake(
    tmp_path: Path, settings: Any
) -> None:
    content = raw()
    _unknown_key(content)
    _no_label(content)
    settings.TUTELA_SCHEME_FILE = str(written(tmp_path, content))
    with pytest.raises(SystemCheckError) as error:
        call_command("check")
    assert str(error.value).count("intake.E001") == 2
