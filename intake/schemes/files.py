"""Reading a scheme from its file. Every mistake in a file is named, so that it is mended in one go. Pure."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from intake.schemes.outcome import Verdict
from intake.schemes.scheme import NOT_DETERMINED, Dimension, Scheme, SchemeError, Value

FOLDER = Path(__file__).parent
LONGEST_LABEL = 80
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
_SCHEME_KEYS = {"name", "title", "source", "dimensions"}
_DIMENSION_KEYS = {"code", "label", "values"}
_VALUE_KEYS = {"code", "order", "label"}

# What a scheme must be able to say before anybody can assess with it. "Not determined" is an answer, never a default.
NEEDED: Mapping[str, frozenset[str]] = {
    "outcome": frozenset(),
    "age": frozenset({NOT_DETERMINED}),
    "sex": frozenset({NOT_DETERMINED}),
    "site_type": frozenset({NOT_DETERMINED}),
    "commercial": frozenset({"yes", "no", NOT_DETERMINED}),
    "payment_methods": frozenset(),
    "flags": frozenset(),
}


@cache
def read_shipped(name: str) -> Scheme:
    """A scheme of this release, by its name. Raises SchemeError."""
    if not _NAME.fullmatch(name):
        raise SchemeError([f"{name!r} is no name of a scheme."])
    return read(FOLDER / f"{name}.json")


def read(path: Path, *, to_assess: bool = False) -> Scheme:
    """The scheme of one file. `to_assess`: it must hold every dimension. Raises SchemeError, UnmappedValue."""
    raw = _parsed(path)
    problems = list(_problems(raw, path.stem))
    if problems:
        raise SchemeError(problems)
    scheme = Scheme(raw["name"], raw["title"], tuple(_dimension(part) for part in raw["dimensions"]))
    _check_outcomes(scheme)
    missing = list(_missing(scheme)) if to_assess else []
    if missing:
        raise SchemeError(missing)
    return scheme


def _parsed(path: Path) -> dict[str, Any]:
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SchemeError([f"{path.name} cannot be opened: {error.strerror}."]) from error
    except ValueError as error:
        raise SchemeError([f"{path.name} is no JSON in UTF-8: {error}."]) from error
    if not isinstance(raw, dict):
        raise SchemeError([f"{path.name} must hold one object."])
    return raw


def _problems(raw: dict[str, Any], stem: str) -> Iterator[str]:
    yield from _keys(raw, _SCHEME_KEYS, "The scheme")
    if raw.get("name") != stem or not _NAME.fullmatch(stem):
        yield f"The name must be that of the file, {stem!r}: small letters, digits and hyphens, at most 40."
    if not _is_label(raw.get("title")):
        yield "The scheme needs a title."
    dimensions = raw.get("dimensions")
    if not isinstance(dimensions, list) or not dimensions:
        yield "The scheme needs a list of dimensions."
        return
    yield from _twice([part.get("code") for part in dimensions if isinstance(part, dict)], "The scheme")
    for part in dimensions:
        yield from _problems_of_dimension(part)


def _problems_of_dimension(raw: Any) -> Iterator[str]:
    where = f"Dimension {raw.get('code')!r}" if isinstance(raw, dict) else "A dimension"
    if not isinstance(raw, dict):
        yield f"{where} must be an object."
        return
    yield from _keys(raw, _DIMENSION_KEYS, where)
    if not isinstance(raw.get("code"), str) or raw["code"] not in NEEDED:
        yield f"{where} is not one of {', '.join(NEEDED)}."
    if not _is_label(raw.get("label")):
        yield f"{where} needs a label."
    values = raw.get("values")
    if not isinstance(values, list) or not values or not all(isinstance(value, dict) for value in values):
        yield f"{where} needs a list of values."
        return
    yield from _twice([value.get("code") for value in values], where)
    yield from _twice([value.get("order") for value in values], where)
    for value in values:
        yield from _problems_of_value(value, where)


def _problems_of_value(raw: dict[str, Any], where: str) -> Iterator[str]:
    here = f"{where}, value {raw.get('code')!r}"
    yield from _keys(raw, _VALUE_KEYS, here)
    if not isinstance(raw.get("code"), str) or not _CODE.fullmatch(raw["code"]):
        yield f"{here}: a code is small letters, digits and underscores, at most 30."
    if type(raw.get("order")) is not int:
        yield f"{here}: the order must be a whole number."
    if not _is_label(raw.get("label")):
        yield f"{here} needs a label."


def _keys(raw: dict[str, Any], known: set[str], where: str) -> Iterator[str]:
    for key in raw.keys() - known:
        yield f"{where} has an unknown key {key!r}."


def _twice(words: list[Any], where: str) -> Iterator[str]:
    for word, times in Counter(map(repr, words)).items():
        if times > 1:
            yield f"{where} has {word} twice."


def _is_label(text: Any) -> bool:
    return isinstance(text, str) and bool(text.strip()) and text.isprintable() and len(text) <= LONGEST_LABEL


def _dimension(raw: dict[str, Any]) -> Dimension:
    values = [Value(value["code"], value["order"], value["label"]) for value in raw["values"]]
    return Dimension(raw["code"], raw["label"], tuple(sorted(values, key=lambda value: value.order)))


def _check_outcomes(scheme: Scheme) -> None:
    """Every outcome must be one the product acts on; its order must keep the more severe first."""
    outcome = next((found for found in scheme.dimensions if found.code == "outcome"), None)
    if outcome is None:
        return
    Dimension("outcome", "", tuple(Value(word, at, word) for at, word in enumerate(Verdict))).check(
        outcome.codes
    )
    kept = [word.value for word in Verdict if word.value in outcome.codes]
    if list(outcome.codes) != kept:
        raise SchemeError(
            ["Dimension 'outcome': the more severe value comes first: " + ", ".join(kept) + "."]
        )


def _missing(scheme: Scheme) -> Iterator[str]:
    known = {dimension.code: set(dimension.codes) for dimension in scheme.dimensions}
    for code, needed in NEEDED.items():
        if code not in known:
            yield f"The dimension {code!r} is missing."
            continue
        for word in sorted(needed - known[code]):
            yield f"Dimension {code!r} needs the value {word!r}."
    if not any(Verdict(word).illegal for word in known.get("outcome", ())):
        yield "Dimension 'outcome' needs a value that means illegal."
